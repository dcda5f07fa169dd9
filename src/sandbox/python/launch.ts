import { type ChildProcessByStdio, spawn, spawnSync } from "node:child_process";
import { realpathSync } from "node:fs";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";

/** The process of one child: jobs go in, messages come out, everything else is shut. */
export type Child = ChildProcessByStdio<Writable, Readable, null>;

/** How children are started on this machine, or what it takes to start them safely. */
export type Launcher = { start(image: string): Child } | { readonly missing: string };

/** The command, with its arguments, that a child's own command goes behind. */
type Wrapper = (image: string) => string[];

const HERE = realpathSync(fileURLToPath(new URL(".", import.meta.url)));
const PACKAGE = realpathSync(fileURLToPath(new URL("../../../package.json", import.meta.url)));
const CPU_SECONDS = 600;

/** Flags under which Node reads `folders` and does nothing else to the world. */
export function confine(folders: readonly string[]): string[] {
  return [
    "--permission",
    ...[...folders, HERE].map((folder) => `--allow-fs-read=${folder}/*`),
    `--allow-fs-read=${PACKAGE}`,
  ];
}

const HARDENING = [
  // Nothing of ours compiles strings, and what escapes from a realm finds neither `Function` nor a prototype to change.
  "--disallow-code-generation-from-strings",
  "--frozen-intrinsics",
  "--no-warnings",
  // A promise that a solution leaves rejected must not end the process, as if the fault were ours.
  "--unhandled-rejections=none",
  "--max-old-space-size=384",
  // Room for Python's own C frames; a thread has 8 MiB.
  "--stack-size=3900",
];

/**
 * Looks at what this machine has. Node's permission model is a must. Without one that denies the network (Node 24)
 * bubblewrap has to do that; where bubblewrap works it is put around the child in any case.
 */
export function findLauncher(flags: ReadonlySet<string> = process.allowedNodeEnvironmentFlags): Launcher {
  if (!flags.has("--permission")) return { missing: "Node's permission model (--permission, from Node 24 on)" };
  const wrapper = findWrapper();
  if (!flags.has("--allow-net") && wrapper === undefined) {
    return {
      missing: "a permission model that denies the network (Node 25 or later), or bubblewrap with user namespaces",
    };
  }
  return { start: (image) => start(image, wrapper) };
}

function start(image: string, wrapper: Wrapper | undefined): Child {
  const node = [realpathSync(process.execPath), ...confine([image]), ...HARDENING, `${HERE}/child.ts`, image];
  const wrapped = wrapper === undefined ? node : [...wrapper(image), ...node];
  const [command = "", ...args] = process.platform === "win32" ? wrapped : limited(wrapped);
  return spawn(command, args, { env: {}, cwd: HERE, stdio: ["pipe", "pipe", "ignore"], windowsHide: true });
}

// No core dump, no byte in any file, and an end to what outlives us: should this process be killed, a child in an
// endless loop would not notice.
function limited(command: readonly string[]): string[] {
  return ["/bin/sh", "-c", `ulimit -c 0; ulimit -f 0; ulimit -t ${CPU_SECONDS}; exec "$@"`, "sh", ...command];
}

let known: { readonly wrapper: Wrapper | undefined } | undefined;

// By its usual places: the caller's PATH has no say in what stands between us and the solution.
function findWrapper(): Wrapper | undefined {
  if (process.platform !== "linux") return undefined;
  known ??= { wrapper: ["/usr/bin/bwrap", "/usr/local/bin/bwrap"].map(bubblewrap).find(works) };
  return known.wrapper;
}

function works(wrapper: Wrapper): boolean {
  const [command = "", ...args] = [...wrapper(HERE), realpathSync(process.execPath), "--version"];
  const { error, status } = spawnSync(command, args, { stdio: "ignore", env: {} });
  return error === undefined && status === 0;
}

/** Namespaces of its own for all there are, and a file system with Node, its libraries and what it reads. */
function bubblewrap(command: string): Wrapper {
  const node = realpathSync(process.execPath);
  const bind = (path: string): string[] => ["--ro-bind", path, path];
  const libraries = ["/usr/lib", "/lib", "/lib64", "/usr/lib64"].flatMap((path) => ["--ro-bind-try", path, path]);
  const isolation = ["--unshare-all", "--die-with-parent", "--new-session", "--clearenv", "--cap-drop", "ALL"];
  const files = [...libraries, ...[node, HERE, PACKAGE].flatMap(bind), "--dev", "/dev", "--chdir", "/"];
  return (image) => [command, ...isolation, ...files, ...bind(image)];
}
