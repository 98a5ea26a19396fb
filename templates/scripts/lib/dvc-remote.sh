#!/usr/bin/env bash
# What a step says about the DVC remote.

# The kind of the default remote (`s3://`), never its address, which is a secret.
remote_kind() {
  local name url
  name=$(dvc remote default 2>/dev/null) && url=$(dvc config "remote.$name.url" 2>/dev/null) || url=
  case $url in
    *://*) echo "${url%%://*}://" ;;
    ?*) echo "local folder" ;;
    *) echo "missing" ;;
  esac
}

# advise KIND: what to look at when a remote of this kind cannot be reached.
advise() {
  case $1 in
    s3://) echo "the AWS_ names in DVC_REMOTE_CREDENTIALS, the bucket's policy, and that dvc[s3] is there" ;;
    azure://) echo "the AZURE_STORAGE_ names in DVC_REMOTE_CREDENTIALS, and that dvc[azure] is there" ;;
    gs://) echo "the service account in DVC_REMOTE_CREDENTIALS, its role, and that dvc[gs] is there" ;;
    missing) echo "that DVC_REMOTE_URL is defined: this repository has no default remote" ;;
    "local folder") echo "that the folder exists on this runner" ;;
    *) echo "DVC_REMOTE_URL, DVC_REMOTE_CREDENTIALS, and that DVC's extra for $1 is there" ;;
  esac
}
