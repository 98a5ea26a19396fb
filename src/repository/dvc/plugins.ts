/** Extras of DVC by the scheme of an address; what is not here, DVC can do alone. */
const EXTRAS: Readonly<Record<string, string>> = {
  ...{ s3: "s3", gs: "gs", azure: "azure", gdrive: "gdrive", hdfs: "hdfs", webhdfs: "webhdfs", oss: "oss" },
  ...{ ssh: "ssh", webdav: "webdav", webdavs: "webdav" },
};

/**
 * What DVC has to be installed with to reach an address: the extra `s3` of `dvc[s3]`, which brings the package `dvc-s3`.
 * https://doc.dvc.org/user-guide/data-management/remote-storage
 */
export const extraFor = (url: string | undefined): { readonly scheme: string; readonly extra: string } | undefined => {
  const scheme = /^(\w+):\/\//.exec(url ?? "")?.[1] ?? "";
  const extra = Object.hasOwn(EXTRAS, scheme) ? EXTRAS[scheme] : undefined;
  return extra === undefined ? undefined : { scheme, extra };
};
