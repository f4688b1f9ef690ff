import { execFile, spawnSync } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ANDROID = fileURLToPath(new URL('../../../packages/sdk-hybrid-bridge/android/', import.meta.url));

/** What a program said, and how it ended; 137 where it was ended as in a crash. */
export interface Ended {
  readonly code: number;
  readonly output: string;
}

/** Whether there is a JDK here, of any version that can still write for Java 8. */
export function hasJdk(): boolean {
  return ['javac', 'java'].every((program) => spawnSync(program, ['-version']).status === 0);
}

/**
 * Compiles the Android host as its users do, with every warning an error: the core against Java 8 alone, so that nothing of Android
 * comes in; the glue against the signatures of Android that it uses; and the runners.
 *
 * @returns the class path.
 */
export async function compileJava(directory: string): Promise<string> {
  const core = join(directory, 'core');
  const rest = join(directory, 'rest');
  await compile(core, [], await sources('core'));
  const others = await Promise.all(['platform', 'platform-androidx', 'test-stubs', 'test'].map(sources));
  await compile(rest, ['-cp', core], others.flat());
  return `${core}:${rest}`;
}

async function sources(folder: string): Promise<string[]> {
  const names = await readdir(join(ANDROID, folder), { recursive: true });
  return names.filter((name) => name.endsWith('.java')).map((name) => join(ANDROID, folder, name));
}

async function compile(directory: string, options: readonly string[], files: readonly string[]): Promise<void> {
  // From JDK 21 on a warning says that Java 8 will be dropped one day: of the tool, not of the code.
  const strict = ['--release', '8', '-Xlint:all,-options', '-Werror', '-encoding', 'UTF-8'];
  const { code, output } = await run('javac', [...strict, '-d', directory, ...options, ...files]);
  if (code !== 0) throw new Error(`javac:\n${output}`);
}

export function runJava(classPath: string, main: string, args: readonly string[]): Promise<Ended> {
  return run('java', ['-Dfile.encoding=UTF-8', '-cp', classPath, `dev.tidemark.bridge.${main}`, ...args]);
}

function run(program: string, args: readonly string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = execFile(program, args, { maxBuffer: 64 * 1_048_576 }, (_, stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, output: stdout + stderr });
    });
    child.on('error', reject);
  });
}
