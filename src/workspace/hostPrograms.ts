/**
 * What in a workspace the programs of its user's own machine run: the files, and git's settings, that an
 * agent in a sandbox can write and that then take effect outside of it.
 */
import type { Moment } from "../shared/hostFile";

/**
 * A rule for files. `path` is in lower case, with `/`; `*` is any part of a name, and a `**` at its end
 * any path below. A rule whose path begins with `/` counts in the workspace's folder alone, others in the
 * folders below it too.
 */
export interface HostRule {
  readonly path: string;
  /** The program that runs it. */
  readonly program: string;
  readonly moment: Moment;
  /**
   * `silent` is what no diff shows, or what runs without anybody having asked for it; `usual` is what
   * ordinary work changes, and what runs when its user builds or tests.
   */
  readonly kind: "silent" | "usual";
  /** Where it is documented that this is run. */
  readonly source: string;
}

const rule = (path: string, program: string, moment: Moment, source: string): HostRule => ({
  path,
  program,
  moment,
  kind: "silent",
  source,
});
const usual: typeof rule = (path, program, moment, source) => ({
  ...rule(path, program, moment, source),
  kind: "usual",
});

const GIT = "https://git-scm.com/docs";
const VS_CODE = "https://code.visualstudio.com/docs";

/**
 * The rules, of which the first that fits counts. What git keeps for itself has ids of its own, since it
 * is found by more than its path: see `GIT_RULES`.
 */
export const HOST_RULES: readonly HostRule[] = [
  rule("/.vscode/**", "VS Code", "open", `${VS_CODE}/editor/tasks`),
  rule("/*.code-workspace", "VS Code", "open", `${VS_CODE}/editor/workspaces`),
  rule("/.devcontainer/**", "Dev Containers", "open", "https://containers.dev/implementors/spec"),
  rule("/.devcontainer.json", "Dev Containers", "open", "https://containers.dev/implementors/spec"),
  rule("/.idea/**", "JetBrains IDEs", "open", "https://www.jetbrains.com/help/idea"),
  rule("/.fleet/**", "JetBrains Fleet", "open", "https://www.jetbrains.com/help/fleet"),
  rule("/.zed/**", "Zed", "open", "https://zed.dev/docs/tasks"),
  rule("/.exrc", "Vim", "start", "https://vimhelp.org/options.txt.html#'exrc'"),
  rule("/.nvimrc", "Neovim", "start", "https://neovim.io/doc/user/options.html#'exrc'"),
  rule("/.nvim.lua", "Neovim", "start", "https://neovim.io/doc/user/options.html#'exrc'"),
  rule(".dir-locals*.el", "Emacs", "open", "https://www.gnu.org/software/emacs/manual"),
  rule(".envrc", "direnv", "enter", "https://direnv.net"),
  rule(".mise.toml", "mise", "enter", "https://mise.jdx.dev/configuration.html"),
  rule("mise.toml", "mise", "enter", "https://mise.jdx.dev/configuration.html"),
  rule("mise.local.toml", "mise", "enter", "https://mise.jdx.dev/configuration.html"),
  rule(".mise/**", "mise", "enter", "https://mise.jdx.dev/configuration.html"),
  rule(".tool-versions", "asdf", "enter", "https://asdf-vm.com/manage/configuration.html"),
  rule(".nvmrc", "nvm", "enter", "https://github.com/nvm-sh/nvm"),
  rule(".python-version", "pyenv", "enter", "https://github.com/pyenv/pyenv"),
  rule(".ruby-version", "rbenv", "enter", "https://github.com/rbenv/rbenv"),
  rule(".autoenv.zsh", "autoenv", "enter", "https://github.com/hyperupcall/autoenv"),
  rule("/.mcp.json", "Claude Code", "start", "https://code.claude.com/docs/en/mcp"),
  rule("/.claude/settings*.json", "Claude Code", "start", "https://code.claude.com/docs/en/hooks"),
  rule(
    "/.claude/{commands,skills,agents,plugins}/**",
    "Claude Code",
    "start",
    "https://code.claude.com/docs",
  ),
  rule("/.roo/**", "Roo Code", "open", "https://docs.roocode.com"),
  rule("/.kiro/**", "Kiro", "open", "https://kiro.dev/docs"),
  rule("/.continue/**", "Continue", "open", "https://docs.continue.dev"),
  rule("/.opencode/**", "opencode", "start", "https://opencode.ai/docs"),
  rule(".hg/hgrc", "Mercurial", "enter", "https://www.mercurial-scm.org/help/topics/config"),
  rule("rust-toolchain*", "rustup", "build", "https://rust-lang.github.io/rustup/overrides.html"),
  rule(".bazelrc", "Bazel", "build", "https://bazel.build/run/bazelrc"),
  rule("tools/bazel", "Bazel", "build", "https://bazel.build/install/bazelisk"),
  rule(".pnp.{cjs,loader.mjs}", "Yarn", "build", "https://yarnpkg.com/features/pnp"),
  rule("/.claude/hooks/**", "Claude Code", "start", "https://code.claude.com/docs/en/hooks"),
  rule("/.cursor/**", "Cursor", "open", "https://docs.cursor.com/context/mcp"),
  rule("/.gemini/**", "Gemini CLI", "start", "https://github.com/google-gemini/gemini-cli"),
  rule("/.codex/**", "Codex", "start", "https://github.com/openai/codex"),
  rule(".husky/**", "Git", "commit", "https://typicode.github.io/husky"),
  rule("lefthook*.y*ml", "Lefthook", "commit", "https://lefthook.dev"),
  rule(".lefthook*.y*ml", "Lefthook", "commit", "https://lefthook.dev"),
  rule(".pre-commit-config.y*ml", "pre-commit", "commit", "https://pre-commit.com"),
  rule(".overcommit.yml", "Overcommit", "commit", "https://github.com/sds/overcommit"),
  rule(".gitmodules", "Git", "download", `${GIT}/gitmodules`),
  rule(".cargo/config*", "Cargo", "build", "https://doc.rust-lang.org/cargo/reference/config.html"),
  rule(".npmrc", "npm", "install", "https://docs.npmjs.com/cli/configuring-npm/npmrc"),
  rule(".yarnrc*", "Yarn", "install", "https://yarnpkg.com/configuration/yarnrc"),
  rule(".yarn/releases/**", "Yarn", "install", "https://yarnpkg.com/configuration/yarnrc"),
  rule(".yarn/plugins/**", "Yarn", "install", "https://yarnpkg.com/configuration/yarnrc"),
  rule(".pnpmfile.*", "pnpm", "install", "https://pnpm.io/pnpmfile"),
  rule("pnpm-workspace.y*ml", "pnpm", "install", "https://pnpm.io/settings"),
  rule("bunfig.toml", "Bun", "install", "https://bun.sh/docs/runtime/bunfig"),
  rule(".mvn/**", "Maven", "build", "https://maven.apache.org/configure.html"),
  rule("gradle/wrapper/**", "Gradle", "build", "https://docs.gradle.org"),
  rule(".ripgreprc", "ripgrep", "start", "https://github.com/BurntSushi/ripgrep"),
  rule(".gdbinit", "GDB", "start", "https://sourceware.org/gdb/current/onlinedocs"),
  rule(".lldbinit", "LLDB", "start", "https://lldb.llvm.org"),

  usual("package.json", "npm", "build", "https://docs.npmjs.com/cli/using-npm/scripts"),
  usual("makefile", "make", "build", "https://www.gnu.org/software/make"),
  usual("gnumakefile", "make", "build", "https://www.gnu.org/software/make"),
  usual("*.mk", "make", "build", "https://www.gnu.org/software/make"),
  usual("justfile", "just", "build", "https://just.systems"),
  usual("taskfile.y*ml", "Task", "build", "https://taskfile.dev"),
  usual("rakefile", "Rake", "build", "https://ruby.github.io/rake"),
  usual("cmakelists.txt", "CMake", "build", "https://cmake.org"),
  usual(
    "build.rs",
    "Cargo",
    "build",
    "https://doc.rust-lang.org/cargo/reference/build-scripts.html",
  ),
  usual("build.gradle*", "Gradle", "build", "https://docs.gradle.org"),
  usual("settings.gradle*", "Gradle", "build", "https://docs.gradle.org"),
  usual("gradlew*", "Gradle", "build", "https://docs.gradle.org"),
  usual("mvnw*", "Maven", "build", "https://maven.apache.org/wrapper"),
  usual("pom.xml", "Maven", "build", "https://maven.apache.org"),
  usual("*.csproj", ".NET", "build", "https://learn.microsoft.com/visualstudio/msbuild"),
  usual("directory.build.*", ".NET", "build", "https://learn.microsoft.com/visualstudio/msbuild"),
  usual(".venv/{bin,scripts}/python*", "Python", "open", `${VS_CODE}/python/environments`),
  usual(".venv/pyvenv.cfg", "Python", "open", `${VS_CODE}/python/environments`),
  usual("setup.py", "pip", "install", "https://setuptools.pypa.io"),
  usual("pyproject.toml", "pip", "install", "https://packaging.python.org"),
  usual("conftest.py", "pytest", "test", "https://docs.pytest.org"),
  usual("noxfile.py", "Nox", "test", "https://nox.thea.codes"),
  usual("tox.ini", "tox", "test", "https://tox.wiki"),
  usual("gemfile", "Bundler", "install", "https://bundler.io"),
  usual("composer.json", "Composer", "install", "https://getcomposer.org"),
  usual("dockerfile*", "Docker", "build", "https://docs.docker.com/reference/dockerfile"),
  usual("*compose.y*ml", "Docker", "start", "https://docs.docker.com/compose"),
  usual(".github/workflows/**", "GitHub Actions", "push", "https://docs.github.com/actions"),
  usual(".gitlab-ci.yml", "GitLab", "push", "https://docs.gitlab.com/ci"),
  usual(".circleci/**", "CircleCI", "push", "https://circleci.com/docs"),
  usual("jenkinsfile", "Jenkins", "push", "https://www.jenkins.io/doc"),
  usual("azure-pipelines.yml", "Azure Pipelines", "push", "https://learn.microsoft.com/azure"),
  usual("*.config.{js,cjs,mjs,ts,cts,mts}", "Node.js", "build", "https://nodejs.org"),
  usual(".*rc.{js,cjs,mjs}", "Node.js", "test", "https://nodejs.org"),
  usual("gulpfile.*", "gulp", "build", "https://gulpjs.com"),
  usual("gruntfile.*", "Grunt", "build", "https://gruntjs.com"),
];

/** What git runs, by what it is found to be. */
export const GIT_RULES = {
  /** A key of its configuration: see `gitConfig.ts`. */
  config: rule("", "Git", "git", `${GIT}/git-config`),
  /** The key that VS Code's own git obeys as soon as a file changes. */
  fsmonitor: rule("", "Git", "anyFileChanges", `${GIT}/git-config`),
  hook: rule("", "Git", "commit", `${GIT}/githooks`),
  attributes: rule("", "Git", "git", `${GIT}/gitattributes`),
  /** A repository that was not there, or another one in its place, brings its configuration and hooks. */
  repository: rule("", "Git", "git", `${GIT}/gitrepository-layout`),
  /** A file by which a repository has its configuration and hooks from another. */
  commonDirectory: rule("", "Git", "git", `${GIT}/gitrepository-layout`),
} as const;

/** The rules that a path fits, and for which of them it is only the beginning. */
export interface RuleMatch {
  readonly rule: HostRule | undefined;
  readonly leadsTo: boolean;
}
