import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { aws } from "../../src/lint/programs/aws.ts";
import { docker } from "../../src/lint/programs/docker.ts";
import { dvc } from "../../src/lint/programs/dvc.ts";
import { type Argument, type Command, Commands, type Grammar } from "../../src/lint/programs/grammar.ts";
import { type Invocation, readInvocation } from "../../src/lint/programs/invocation.ts";
import { mlflow } from "../../src/lint/programs/mlflow.ts";

/** Words of a line: `$X` is one word known only at run time, `$X...` may become several; `_` stands for a space. */
const words = (line: string): readonly Argument[] =>
  line.split(" ").map(word => {
    const at = word.indexOf("$");
    const text = word.replaceAll("_", " ");
    if (at < 0) return { value: text, start: text, splits: false };
    return { value: undefined, start: text.slice(0, at), splits: word.endsWith("...") };
  });

const read = (line: string): Invocation => {
  const [program = "", ...rest] = line.split(" ");
  const invocation = readInvocation(program, rest.length === 0 ? [] : words(rest.join(" ")));
  if (!invocation) throw new Error(`${program} is not known`);
  return invocation;
};

/** Problems in short: `unknown-flag --dry-run → --dry`. */
const problems = (line: string): readonly string[] =>
  read(line).problems.map(
    ({ kind, name, suggestion }) => `${kind} ${name}${suggestion === undefined ? "" : ` → ${suggestion}`}`,
  );

const correct = [
  "dvc repro",
  "dvc repro --dry --allow-missing $STAGES...",
  "dvc repro -f -s train evaluate",
  "dvc repro --force validate_model",
  "dvc repro --allow-miss",
  "dvc --cd project repro train",
  "dvc --version",
  "dvc pull -j 4 -r ci --with-deps train",
  "dvc pull -j4 --run-cache",
  "dvc pull --remote=ci",
  "dvc push",
  "dvc fetch --all-commits",
  "dvc status --json --with-deps $STAGES...",
  "dvc status --cloud",
  "dvc remote add --quiet --force --default --local $NAME $URL",
  "dvc remote add -d ci s3://bucket/path",
  "dvc remote modify --local ci access_key_id $KEY",
  "dvc remote default",
  "dvc config remote.$NAME.url",
  "dvc repro $OPTIONS... $STAGES...",
  "dvc pull --allow-missing --with-deps $STAGES...",
  "dvc push --with-deps $STAGES...",
  "dvc config remote.ci.url",
  "dvc config core.analytics false",
  "dvc metrics diff --targets a.json b.json --md",
  "dvc metrics diff main HEAD",
  "dvc params diff",
  "dvc exp run -S train.epochs=3 --queue",
  "dvc experiments show --md",
  "dvc stage add -n train -d data.csv -o model.pkl python train.py --epochs 3 --unknown-to-dvc",
  "dvc plots show --out=plots",
  "dvc add -- --strange",
  "dvc gc --workspace --force",
  "dvc doctor",
  "dvc remote --help",
  "dvc $COMMAND --no-such",
  "mlflow --version",
  "mlflow ui --port 5000",
  "mlflow server --host 0.0.0.0 -p 5000 --backend-store-uri sqlite:///mlflow.db",
  "mlflow server -h 0.0.0.0",
  "mlflow run . -P alpha=0.5 -Pbeta=1 --env-manager=local --experiment-name x",
  "mlflow models serve -m models:/credit/Production --no-conda -p 5001",
  "mlflow models build-docker --model-uri models:/credit/1 --name credit --enable-mlserver",
  "mlflow artifacts download --run-id $RUN --artifact-path model",
  "mlflow experiments create -n credit",
  "mlflow experiments search",
  "mlflow runs list --experiment-id 1",
  "mlflow db upgrade $URI",
  "mlflow recipes run --profile ci",
  "mlflow traces search --experiment-id 1",
  "mlflow deployments create -t sagemaker --name x -m uri -C a=b",
  "mlflow doctor",
  "mlflow models --help",
  "aws --version",
  "aws sts get-caller-identity --query Account --output text",
  "aws --region eu-west-1 ecs update-service --cluster c --service s --force-new-deployment",
  "aws ecs update-service --cluster $C --service $S --task-definition $T --region eu-west-1 --no-cli-pager",
  "aws ecs update-service --cluster=$C --service=$S --force-new",
  "aws ecs describe-services --cluster c --services a b c --query services[0].deployments",
  "aws ecs $ARGS... --output json",
  "aws ecs describe-task-definition --task-definition $CURRENT --output json",
  "aws ecs describe-services --cluster $CLUSTER --services $SERVICE --output json",
  "aws ecs wait services-stable --cluster c --services $S",
  "aws ecs register-task-definition --cli-input-json file://task.json",
  "aws ecs deploy --service s --task-definition t.json --codedeploy-appspec spec.json",
  "aws ecs run-task --cluster c --task-definition t --launch-type FARGATE --network-configuration $N",
  "aws ecs list-tasks --reg eu-west-1",
  "aws ecs execute-command --cluster c --task t --interactive --command /bin/sh",
  "aws ecr get-login-password --region eu-west-1",
  "aws ecr get-login --no-include-email",
  "aws ecr describe-images --repository-name r --image-ids imageTag=latest imageTag=other",
  "aws ecr put-image --repository-name r --image-tag t --image-manifest $M",
  "aws s3 cp --recursive models s3://bucket/models --exclude * --include *.joblib",
  "aws s3 cp - s3://bucket/key",
  "aws s3 sync . s3://$B/path --delete --dryrun",
  "aws s3 ls",
  "aws s3api head-object --bucket b --key k",
  "aws s3api put-object --bucket b --key k --body f --no-sign-request",
  "aws cloudwatch put-metric-data --namespace n --metric-name m --value -1 --dimensions a=b,c=d",
  "aws cloudwatch put-metric-alarm --alarm-name a --no-actions-enabled",
  "aws logs tail /ecs/api --since 10m --follow",
  "aws logs get-log-events --log-group-name g --log-stream-name s --limit 10",
  "aws configure set region eu-west-1",
  "aws configure",
  "aws configure list",
  "aws lambda invoke --no-such-thing x",
  "aws help",
  "aws ecs help",
  "aws ecs update-service help",
  "docker --version",
  "docker version",
  "docker --context remote ps -aq",
  "docker build .",
  "docker build -t $TAG --push --cache-to type=gha,mode=max --cache-from type=gha --provenance=false --sbom=true .",
  "docker build --file Dockerfile.api --build-arg A=b --build-arg=C=d --pull --no-cache --memory 2g -",
  "docker buildx build --platform linux/amd64,linux/arm64 --metadata-file m.json --load .",
  "docker buildx create --use --driver docker-container",
  "docker buildx imagetools inspect $REF --format {{json_.}}",
  "docker buildx imagetools create -t a b",
  "docker buildx bake --set *.platform=linux/amd64 --print api batch",
  "docker buildx prune --all --force",
  "docker images --format {{.ID}} --no-trunc",
  "docker image ls -q",
  "docker image list",
  "docker image prune -af --filter until=24h",
  "docker login ghcr.io -u $USER --password-stdin",
  "docker logout",
  "docker pull --platform linux/amd64 $REF",
  "docker push --all-tags ghcr.io/a/b",
  "docker tag a b",
  "docker run --rm -it -p 8000:8000 -e A=b -v $PWD:/data:ro --name api --network host image:tag python -m x --flag",
  "docker run -d --net=host --env-file=.env --health-cmd true --gpus all image",
  "docker run --entrypoint= image --no-such-flag",
  "docker run -h host image",
  "docker run --pull=always --init image",
  "docker run $OPTIONS... image --whatever",
  "docker exec -it api sh -c true",
  "docker logs --tail 50 -f api",
  "docker stop -t 5 a b",
  "docker stop --time 5 a",
  "docker rm -fv api",
  "docker inspect --format={{.State.Health.Status}} api",
  "docker manifest inspect ghcr.io/a/b",
  "docker save -o image.tar image",
  "docker load -i image.tar",
  "docker cp api:/x y",
  "docker system prune -af --volumes",
  "docker volume create data",
  "docker network create -d bridge net",
  "docker compose up -d --wait --build",
  "docker compose -f compose.yaml -f compose.ci.yaml --profile ci up --abort-on-container-exit api",
  "docker compose run --rm api pytest --no-such-flag",
  "docker compose exec -T db psql -U me",
  "docker compose down -v --remove-orphans",
  "docker compose logs --no-color",
  "docker compose version",
  "docker scout cves --anything image",
  "docker help run",
  "docker",
  "docker image",
];

const broken: readonly (readonly [line: string, ...problems: readonly string[]])[] = [
  ["dvc repro --dry-run", "unknown-flag --dry-run → --dry"],
  ["dvc repro $STAGES... --dry-run", "unknown-flag --dry-run → --dry"],
  ["dvc pull --force-all", "unknown-flag --force-all → --force"],
  ["dvc pul", "unknown-subcommand pul → pull"],
  ["dvc remote ad x y", "unknown-subcommand ad → add"],
  ["dvc repro --Force", "unknown-flag --Force → --force"],
  ["dvc repro --force=true", "unexpected-value --force"],
  ["dvc pull --jobs", "missing-value --jobs"],
  ["dvc pull --jobs --force", "missing-value --jobs"],
  ["dvc remote add ci", "missing-operand add"],
  ["dvc remote", "missing-operand remote"],
  ["dvc", "missing-operand dvc"],
  ["dvc root x", "unexpected-operand x"],
  ["dvc completion -s fish", "invalid-choice -s → bash"],
  ["mlflow models promote", "unknown-subcommand promote"],
  ["mlflow model serve", "unknown-subcommand model → models"],
  ["mlflow models serve --model-url x", "unknown-flag --model-url → --model-uri"],
  ["mlflow models serve --model x", "unknown-flag --model → --model-uri"],
  ["mlflow run", "missing-operand run"],
  ["mlflow run . extra", "unexpected-operand extra"],
  ["mlflow experiments create -n", "missing-value -n"],
  ["aws ecs update-services --cluster c", "unknown-subcommand update-services → update-service"],
  ["aws ecs wait service-stable --cluster c", "unknown-subcommand service-stable → services-stable"],
  ["aws ecs describe-service --cluster c", "unknown-subcommand describe-service → describe-services"],
  ["aws ecs update-service --cluster c --services s", "unknown-flag --services → --service"],
  ["aws ecs update-service --cluster --service s", "missing-value --cluster"],
  ["aws ecs", "missing-operand ecs"],
  ["aws ecs wait", "missing-operand wait"],
  ["aws", "missing-operand aws"],
  ["aws sts get-caller-identity --output xml", "invalid-choice --output"],
  ["aws ecs list-clusters extra", "unexpected-operand extra"],
  ["aws s3 cp a", "missing-operand cp"],
  ["aws s3 cp --recursiv a b --dry-run", "unknown-flag --dry-run → --dryrun"],
  ["docker build --pushh .", "unknown-flag --pushh → --push"],
  ["docker build --push", "missing-operand build"],
  ["docker build . context", "unexpected-operand context"],
  ["docker buildx build --platfrom linux/amd64 .", "unknown-flag --platfrom → --platform"],
  ["docker build --tag", "missing-value --tag", "missing-operand build"],
  ["docker biuld .", "unknown-subcommand biuld → build"],
  ["docker image lst", "unknown-subcommand lst → list"],
  ["docker run --detatch image", "unknown-flag --detatch → --detach"],
  ["docker ps --context x", "unknown-flag --context"],
  ["docker ps -Z", "unknown-flag -Z"],
  ["docker ps -aZ", "unknown-flag -Z"],
  ["docker tag a", "missing-operand tag"],
  ["docker login --password-from-stdin", "unknown-flag --password-from-stdin → --password"],
  ["docker exec api", "missing-operand exec"],
  ["docker tag a b c", "unexpected-operand c"],
  ["docker compose ls api", "unexpected-operand api"],
  ["docker compose up --detached", "unknown-flag --detached → --detach"],
];

test.for(correct)("programs: `%s` has no problem", line => {
  expect(problems(line)).toEqual([]);
});

test.for(broken)("programs: `%s` is refused", ([line, ...expected]) => {
  expect(problems(line)).toEqual(expected);
});

test.for(correct.filter(line => line.includes("$")))(
  "programs: `%s` has no problem when nothing is known to be one word",
  line => {
    expect(problems(line.replace(/\$\w+(\.\.\.)?/g, "$X..."))).toEqual([]);
  },
);

describe("programs: what a line says", () => {
  const flags = (line: string) =>
    Object.fromEntries(
      [...read(line).flags].map(([name, uses]) => [
        name,
        uses.map(({ index, value }) => [index, value?.value ?? value?.start]),
      ]),
    );

  test("a flag goes by its long name, however its value is given", () => {
    expect(flags("dvc pull -j 4 -r=ci --with-deps")).toEqual({
      "--jobs": [[1 + 1, "4"]],
      "--remote": [[3, "ci"]],
      "--with-deps": [[4, undefined]],
    });
    expect(flags("docker run -itp 80:80 -eA=b --env C=d image")).toEqual({
      "--interactive": [[1, undefined]],
      "--tty": [[1, undefined]],
      "--publish": [[2, "80:80"]],
      "--env": [
        [3, "A=b"],
        [5, "C=d"],
      ],
    });
    expect(flags("aws ecs update-service --clus=$C --service s")).toEqual({
      "--cluster": [[2, ""]],
      "--service": [[4, "s"]],
    });
  });

  test("a flag that takes several words has each of them", () => {
    expect(flags("aws ecs describe-services --services a b --cluster c")).toEqual({
      "--services": [
        [3, "a"],
        [4, "b"],
      ],
      "--cluster": [[6, "c"]],
    });
  });

  test("a subcommand goes by the program's own name for it", () => {
    expect(read("dvc exp run").subcommand).toEqual(["experiments", "run"]);
    expect(read("docker images").subcommand).toEqual(["image", "ls"]);
    expect(read("docker builder prune -f").subcommand).toEqual(["buildx", "prune"]);
    expect(read("docker build .").subcommand).toEqual(["buildx", "build"]);
    expect(read("mlflow ui").subcommand).toEqual(["server"]);
    expect(read("aws --region r ecs wait tasks-running").subcommand).toEqual(["ecs", "wait", "tasks-running"]);
    expect(read("aws lambda invoke").subcommand).toEqual([]);
  });

  test("what follows an image is not docker's", () => {
    const { flags, operands } = read("docker run --rm image --rm -it x");
    expect([...flags.keys()]).toEqual(["--rm"]);
    expect(operands).toEqual([2, 3, 4, 5]);
  });

  test("operands are those that no flag takes, and all after `--`", () => {
    expect(read("dvc repro -s train --glob -- --dry").operands).toEqual([2, 5]);
    expect(read("dvc remote add -d $NAME $URL").operands).toEqual([3, 4]);
  });

  test("a word that may become several makes the rest uncertain, a word that is one does not", () => {
    expect(read("dvc repro $STAGES...").certain).toBe(false);
    expect(read("dvc $ARGS... repro --nonsense")).toMatchObject({ certain: false, subcommand: [], problems: [] });
    expect(read("docker run $ARGS... image --nonsense")).toMatchObject({ certain: false, problems: [] });
    expect(read("docker build $ARGS... --nonsense .").problems).toEqual([]);
    expect(read("docker build --tag $ARGS... . .").problems).toEqual([]);
    expect(read("dvc remote add $ARGS...").problems).toEqual([]);
    expect(read("dvc root $ARGS... x").problems).toEqual([]);
    expect(read("dvc remote add ci $URL").certain).toBe(true);
  });

  test("a flag that is not known to its end may be any that begins so", () => {
    expect(read("dvc repro --$FLAG").problems).toEqual([]);
    expect(read("dvc repro --no$FLAG train").problems).toEqual([]);
    expect(read("dvc pull -j$JOBS").flags.get("--jobs")).toHaveLength(1);
    expect(problems("dvc pull --job=$JOBS --jobz=$JOBS")).toEqual(["unknown-flag --jobz → --jobs"]);
  });

  test("who asks for help gets it, whatever else is wrong", () => {
    for (const line of [
      "dvc pul --help",
      "dvc repro --nonsense -h",
      "aws ecs update-services help",
      "docker run --help",
      "mlflow run --help",
    ]) {
      expect(problems(line), line).toEqual([]);
    }
    expect(problems("docker run --nonsense image --help")).not.toEqual([]);
  });

  test("a program that is not known is not read", () => {
    expect(readInvocation("git", words("push"))).toBeUndefined();
    expect(readInvocation("constructor", [])).toBeUndefined();
  });
});

const grammars: readonly (readonly [name: string, grammar: Grammar])[] = Object.entries({ aws, docker, dvc, mlflow });

/** Each command, with as many operands as it wants and a choice of words for each flag. */
const commandsOf = (grammar: Grammar): readonly Command[] => {
  const commands = new Commands(grammar);
  return Object.keys(grammar.commands)
    .filter(path => !grammar.commands[path]?.startsWith(">"))
    .flatMap(path => commands.get(path) ?? [])
    .filter(({ children, open }) => children.length === 0 && !open);
};

describe.for(grammars)("programs: the table of %s", ([name, grammar]) => {
  const commands = commandsOf(grammar);
  const lineOf = ({ path, least, choices }: Command, flag: string): string =>
    [name, path, flag, ...Array.from({ length: least }, () => choices[0] ?? "x")].filter(word => word !== "").join(" ");

  test("holds every flag of every command, and takes no flag for another", () => {
    const wrong = commands.flatMap(command =>
      [...command.flags].flatMap(([written, flag]) => {
        const value = flag.choices[0] ?? "1";
        const attached = written.startsWith("--") ? `=${value}` : value;
        const good = lineOf(command, flag.takes === "none" ? written : `${written}${attached}`);
        const bad = lineOf(command, `${written}q=1`);
        const isKnown = [...command.flags.keys()].some(other => other.startsWith(`${written}q`));
        const accepted = read(good).problems;
        const isReported =
          written.length === 2 ||
          isKnown ||
          flag.answers ||
          read(bad).problems.some(({ kind }) => kind === "unknown-flag");
        return accepted.length === 0 && isReported && read(good).flags.has(flag.name) ? [] : [good, bad];
      }),
    );
    expect(commands.length).toBeGreaterThan(50);
    expect(wrong).toEqual([]);
  });

  test("leads every other name to a command", () => {
    const all = new Commands(grammar);
    expect(Object.keys(grammar.commands).filter(path => !all.get(path))).toEqual([]);
  });
});

test("programs: any words can be read", () => {
  const known = grammars.flatMap(([, { commands, sets }]) => [
    ...Object.keys(commands),
    ...Object.values(sets),
    ...Object.values(commands),
  ]);
  const word = fc.oneof(
    fc.string(),
    fc.constantFrom("--", "-", "", "help", "--help", "-h", "__proto__", "constructor", "toString"),
    fc.constantFrom(...known.flatMap(text => text.split(/[ ,=|!]+/))),
  );
  const argument = fc
    .tuple(word, fc.constantFrom("known", "partly", "splits"))
    .map(
      ([text, kind]): Argument =>
        kind === "known"
          ? { value: text, start: text, splits: false }
          : { value: undefined, start: text, splits: kind === "splits" },
    );
  fc.assert(
    fc.property(
      fc.constantFrom("aws", "docker", "dvc", "mlflow"),
      fc.array(argument, { maxLength: 8 }),
      (program, args) => {
        const invocation = readInvocation(program, args);
        if (!invocation) return false;
        const { problems, operands, flags } = invocation;
        const indices = [...problems, ...[...flags.values()].flat()].map(({ index }) => index);
        return (
          indices.every(index => index >= -1 && index < args.length) &&
          new Set(operands).size === operands.length &&
          operands.every(index => args[index] !== undefined)
        );
      },
    ),
    { numRuns: 5000 },
  );
});
