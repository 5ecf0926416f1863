/**
 * Secrets that secretlint's preset does not know, or knows only whole. A stream that was stopped and a
 * text that a tool cut off hold a part of one, which is enough to help whoever finds it.
 *
 * Every pattern must take linear time: it begins with something fixed, what repeats in it cannot be
 * divided in two ways, and what repeats without a limit holds no place where the pattern could begin again.
 */

export interface SecretPattern {
  readonly kind: string;
  /** The first group, where there is one, comes before the secret, and stays. */
  readonly pattern: RegExp;
  /** Whether what was found is a secret; `next` is the character behind it, if there is one. */
  readonly accepts?: (
    value: string,
    around: {
      /** The first group. */
      readonly before: string;
      /** Some characters before all that was found. */
      readonly earlier: string;
      readonly next: string | undefined;
    },
  ) => boolean;
}

/** Not within a word; but the letter of an escape, such as `\n` in JSON, is the end of one. */
const START = String.raw`(?<![A-Za-z0-9](?<!\\[nrt]))`;

const WORD = String.raw`[\w-]`;
const LETTERS = "[A-Za-z0-9]";
const HEX = "[0-9a-fA-F]";
const BASE64 = "[A-Za-z0-9+/]";

/** Where a text ends, or was cut. */
const END = "(?=$|…)";

/** So many characters, or at least 8 with which the text ends. */
const atLeast = (count: number, characters: string): string =>
  `(?:${characters}{${count},}|(?=[a-z_-]{0,40}[A-Z0-9])${characters}{8,}${END})`;

const token = (kind: string, source: string, accepts = isNoName): SecretPattern => ({
  kind,
  pattern: new RegExp(START + source, "g"),
  accepts,
});

/** Tokens that say by their first characters what they are. */
const tokens: readonly SecretPattern[] = [
  // docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html: unique identifiers
  token(
    "AWS_ACCESS_KEY_ID",
    `(?:AKIA|ASIA|ABIA|ACCA)(?:[A-Z2-7]{16}(?![A-Za-z0-9])|[A-Z2-7]{8,}${END})`,
    (value) => !value.endsWith("EXAMPLE"),
  ),
  // github.blog/engineering/behind-githubs-new-authentication-token-formats
  token("GITHUB_TOKEN", `gh[pousr]_${atLeast(36, LETTERS)}`),
  token("GITHUB_TOKEN", String.raw`github_pat_${atLeast(50, String.raw`\w`)}`),
  // docs.gitlab.com/security/tokens: token prefixes
  token(
    "GITLAB_TOKEN",
    String.raw`gl(?:agent|cbt|dt|ffct|ft|imt|oas|pat|ptt|rt|soat)-${atLeast(20, WORD)}(?:\.${WORD}+)*`,
  ),
  // docs.slack.dev/authentication/tokens
  token("SLACK_TOKEN", String.raw`(?:xoxe\.)?(?:xox[abceoprs]|xapp)-${atLeast(16, WORD)}`),
  {
    kind: "SLACK_WEBHOOK",
    pattern:
      /(hooks\.slack\.com(?:\/|%2F)(?:services|triggers|workflows)(?:\/|%2F))(?:[\w/]|%2F){16,}/g,
  },
  // docs.stripe.com/keys, docs.stripe.com/webhooks
  token("STRIPE_KEY", `[rs]k_(?:live|test)_${atLeast(16, LETTERS)}`),
  token("STRIPE_WEBHOOK_SECRET", `whsec_${atLeast(24, BASE64)}`),
  // The keys that OpenAI gave before there were projects have neither `-` nor `_`.
  token("OPENAI_KEY", `sk-(?:proj|svcacct|admin)-${atLeast(20, WORD)}`),
  token("OPENAI_KEY", `sk-${atLeast(32, LETTERS)}`),
  // docs.anthropic.com: keys of the API (api03, admin01), and what `claude setup-token` gives (oat01)
  token("ANTHROPIC_KEY", String.raw`sk-ant-[a-z]{3,8}\d\d-${atLeast(20, WORD)}`),
  // cloud.google.com/docs/authentication/api-keys, developers.google.com/identity/protocols/oauth2
  token("GOOGLE_API_KEY", `AIza${atLeast(35, WORD)}`),
  token("GOOGLE_OAUTH", String.raw`(?:GOCSPX-|ya29\.)${atLeast(24, WORD)}`),
  { kind: "GCP_KEY_ID", pattern: /(private_key_id\\*"\s{0,4}:\s{0,4}\\*")[0-9a-f]{8,}/g },
  // github.blog/changelog/2021-09-23-npm-has-a-new-access-token-format
  token("NPM_TOKEN", `npm_${atLeast(36, LETTERS)}`),
  // docs.npmjs.com/cli/configuring-npm/npmrc: auth related configuration
  { kind: "NPM_TOKEN", pattern: /(:_(?:auth|authToken|password)\s{0,2}=\s{0,2}"?)[^\s"$[]{8,}/g },
  // pypi.org/help: the text behind the prefix is a macaroon, which begins with its version
  token("PYPI_TOKEN", `pypi-AgE${atLeast(50, WORD)}`),
  // www.twilio.com/docs/sendgrid: SG., an id, and the secret
  token(
    "SENDGRID_KEY",
    String.raw`SG\.(?:${WORD}{16,32}\.${atLeast(16, WORD)}|${WORD}{8,32}(?:\.${WORD}*)?${END})`,
  ),
  // www.twilio.com/docs/glossary/what-is-a-sid
  token("TWILIO_KEY", `SK(?:[0-9a-f]{32}(?!${LETTERS})|[0-9a-f]{8,}${END})`),
  // learn.microsoft.com/azure/storage/common/storage-configure-connection-string
  {
    kind: "AZURE_KEY",
    pattern: /((?:AccountKey|SharedAccessKey|SharedSecretIssuerKey)=)[A-Za-z0-9+/]{8,}={0,2}/g,
  },
  { kind: "AZURE_SAS", pattern: /([?&](?:amp;)?sig=)[\w%+/-]{16,}={0,2}/g },
  // shopify.dev/changelog: length of the access tokens
  token("SHOPIFY_TOKEN", `shp(?:at|ca|pa|ss|tka)_${atLeast(32, HEX)}`),
  // discord.com/developers/docs/reference: the user's id in base64, a time, and the secret
  token(
    "DISCORD_TOKEN",
    String.raw`(?:[MNO][DTjz][AEIMQUYcgk][w-z0-5]){6,}${WORD}{0,4}\.${WORD}{6}\.${WORD}{8,}`,
  ),
  { kind: "DISCORD_WEBHOOK", pattern: /(discord(?:app)?\.com\/api\/webhooks\/\d{8,}\/)[\w-]{8,}/g },
  // core.telegram.org/bots/api: authorizing your bot
  token("TELEGRAM_TOKEN", String.raw`\d{8,10}(?::|%3A)AA${atLeast(30, WORD)}`),
  // linear.app/developers, developers.notion.com/reference/authentication
  token("LINEAR_KEY", `lin_(?:api|oauth|wh)_${atLeast(32, LETTERS)}`),
  token("NOTION_TOKEN", `(?:ntn_${atLeast(40, LETTERS)}|secret_${atLeast(43, LETTERS)})`),
  // huggingface.co/docs/hub/security-tokens
  token("HUGGINGFACE_TOKEN", `hf_${atLeast(30, LETTERS)}`),
  // docs.digitalocean.com/reference/api: token prefixes
  token("DIGITALOCEAN_TOKEN", `do[opr]_v1_${atLeast(64, HEX)}`),
  // developer.1password.com/docs/service-accounts: JSON in base64
  token("ONEPASSWORD_TOKEN", `ops_ey${atLeast(20, "[A-Za-z0-9+/_-]")}={0,2}`),
  // docs.docker.com/security/access-tokens
  token("DOCKER_TOKEN", `dckr_(?:pat|oat)_${atLeast(20, WORD)}`),
  // age-encryption.org, and the prefixes of Atlassian, Doppler, Netlify, New Relic, Perplexity, PlanetScale,
  // Postman, Replicate, RubyGems, Sentry, Supabase and xAI
  token(
    "API_TOKEN",
    String.raw`(?:AGE-SECRET-KEY-1|ATATT3x|dp\.(?:ct|pt|sa|st)\.|nfp_|NRAK-|pplx-|pscale_(?:oauth|pw|tkn)_|PMAK-|r8_|rubygems_|sntry[su]_|sbp_|xai-)${atLeast(24, "[A-Za-z0-9+/=_-]")}`,
  ),
  // RFC 7519: JSON in base64, whose first field is most often one of these three
  token("JWT", String.raw`eyJ(?:hbGciOi|0eXAiOi|raWQiOi)${WORD}*(?:\.${WORD}*){0,2}`),
  {
    kind: "JWT",
    // Begun behind each hyphen of a long word, it would take the square of its length.
    pattern: new RegExp(
      String.raw`(?<!${WORD}(?<!\\[nrt]))eyJ${WORD}{8,}\.eyJ${WORD}*(?:\.${WORD}*)?`,
      "g",
    ),
  },
];

// What stands between the lines of a key: line breaks, also escaped; indents, quotes, the numbers of
// lines, and the minus of a line that a diff removes. (Its plus could be the key’s own.)
const BETWEEN = String.raw`(?:\\[nrt]|[\s"',|>→]|-(?=[A-Za-z0-9+/=]|-----END)|\d{1,6}(?=[→|:\t])[→|:\t])*`;

/** RFC 7468 and RFC 4880: whole, or as far as it goes. */
const privateKey: SecretPattern = {
  kind: "PRIVATE_KEY",
  pattern: new RegExp(
    String.raw`-----BEGIN [A-Z0-9 ]{0,20}PRIVATE KEY(?: BLOCK)?-----` +
      String.raw`(?:${BETWEEN}[\w-]{3,12}: [^\n\\]{1,80}){0,3}` +
      String.raw`${BETWEEN}(?:[A-Za-z0-9+/=]{16,}(?:${BETWEEN}[A-Za-z0-9+/=]{16,})*|[A-Za-z0-9+/=]{8,15}${END})` +
      String.raw`(?:(?:${BETWEEN}[A-Za-z0-9+/=]{1,76}){0,2}` +
      String.raw`${BETWEEN}(?:-----END [A-Z0-9 ]{0,20}PRIVATE KEY(?: BLOCK)?-----|${END}))?`,
    "g",
  ),
};

/** A line of a key, to its end. */
const LINE = "[A-Za-z0-9+/=]{16,}(?![A-Za-z0-9+/=])";

/** The same from a line within it on, as the end of a file shows it: begun at the first that is there. */
const restOfPrivateKey: SecretPattern = {
  kind: "PRIVATE_KEY",
  pattern: new RegExp(
    String.raw`(?<![A-Za-z0-9+/=])(?=[A-Za-z0-9+/=]{16})(?<![A-Za-z0-9+/=]{16}${BETWEEN}\\?)` +
      String.raw`${LINE}(?:${BETWEEN}${LINE})*(?:${BETWEEN}[A-Za-z0-9+/=]{1,15}(?![A-Za-z0-9+/=]))?` +
      String.raw`${BETWEEN}-----END [A-Z0-9 ]{0,20}PRIVATE KEY(?: BLOCK)?-----`,
    "g",
  ),
};

/** Not that of the next page of a list. */
const TOKEN = "(?<!(?:continuation|cursor|delta|next|page|resume|skip|sync)[_-]?)token";

/** What is before the name of a secret does not matter, so that `MY_DB_PASSWORD` is found by its end. */
const NAME =
  String.raw`(?:pass(?:word|wd|phrase|code)|(?:(?<![a-z])|(?<=admin|db|root|smtp|user))(?:pass|pwd)|secret|${TOKEN}|credentials?|` +
  String.raw`(?:api|access|account|auth|encryption|license|master|private|secret|signing)[_ -]?key)` +
  String.raw`(?:[_ -]?(?:access|base|dev|key|live|prod|production|staging|test|token|value|\d)){0,3}`;

const QUOTE = String.raw`\\*["'\x60]`;

/** The name of a password, of which what is before does not matter either. */
const PASSWORD_NAME = "pass(?:word|wd|phrase|code)";

/** Some words that stand for themselves, and are a phrase together. */
const PHRASE = String.raw`[a-z]{3,20}[\d!#%^*~?.]{0,4}(?:[ ][a-z]{3,20}[\d!#%^*~?.]{0,4}){3,11}`;

/** On the same line: what has no value behind it is not the name of the next. */
const SPACE = String.raw`[^\S\r\n]{0,4}`;

/** Up to what ends a word in a shell, in YAML, in code and in a URL. */
const BARE = String.raw`(?![A-Za-z_.-]{3,40}=[^=\s"'\x60])[^\s"'\x60,;<>(){}[\]&|\\]{8,}`;

/** Values that are secrets since their name says so. */
const named: readonly SecretPattern[] = [
  {
    kind: "SECRET",
    pattern: new RegExp(
      `(${NAME}` +
        String.raw`(?:${QUOTE}\]?\s{0,4}(?:=>|:=|={1,3}|:|,)|\s{0,4}(?:=>|:=|={1,3}|:|\bis))\s{0,4}${QUOTE})` +
        String.raw`[^\s"'\x60\\]{8,}`,
      "gi",
    ),
    accepts: (value, around) => isLikelySecret(value) && !isHarmless(around),
  },
  {
    kind: "SECRET",
    pattern: new RegExp(
      `(${PASSWORD_NAME}(?:${QUOTE})?${String.raw`\s{0,4}(?:=>|:=|=|:)\s{0,4}`}${QUOTE})${PHRASE}(?=${QUOTE})`,
      "gi",
    ),
    accepts: isPassphrase,
  },
  {
    kind: "SECRET",
    pattern: new RegExp(
      `(${NAME}` +
        String.raw`(?:(?:${QUOTE})?${SPACE}(?:=>|:=|=|:|>|\bis)${SPACE}|(?<=(?<![\w-])--?[\w-]{1,40}) )` +
        `)${BARE}`,
      "gi",
    ),
    // Code has spaces around its `=`, or lower-case names; what has neither is a shell's.
    accepts: (value, around) =>
      isLikelySecret(value) &&
      !opensCall(around.next) &&
      !isHarmless(around) &&
      (!isWords(value) || hasOnlySecrets(around.before) || isComplex(value, around.before)),
  },
  {
    kind: "BEARER_TOKEN",
    pattern:
      /(\b(?:Bearer|Authorization["']?\s{0,3}[:=,]\s{0,3}["'\x60]?\w{3,12})\s{1,3})[\w.~+/-]{8,}={0,2}/gi,
    accepts: (value) => isLikelySecret(value) && !isWords(value),
  },
  // docs.docker.com/reference/cli/docker/login: the user and the password in base64
  {
    kind: "DOCKER_AUTH",
    pattern: /(["']auth\\*["']\s{0,4}:\s{0,4}\\*["'])[A-Za-z0-9+/]{8,}={0,2}/g,
  },
  // RFC 3986: user and password before the host. A text may end within the password.
  {
    kind: "URL_PASSWORD",
    pattern:
      /((?::\/\/|%3A%2F%2F)[^\s/:@"'<>\x60%]{0,100}(?::|%3A))(?:[^\s/:@"'<>\x60]{3,200}?(?=@|%40)|[^\s/:@"'<>\x60]{8,200}$)/g,
    accepts: (value) => !isPlaceholder(value),
  },
  {
    kind: "PASSWORD",
    pattern:
      /(\bcurl\b[^\n]{0,200}?\s(?:-[a-zA-Z]{0,5}u|--user)[ =]?["']?[^\s:"']{1,64}:)[^\s"']{8,}/g,
    accepts: (value) => !isPlaceholder(value),
  },
];

export const secretPatterns: readonly SecretPattern[] = [
  privateKey,
  restOfPrivateKey,
  ...tokens,
  ...named,
];

const NAMED = new RegExp(`${NAME}$`, "i");
const PASSWORD_FIELD = new RegExp(`${PASSWORD_NAME}$`, "i");
const WHOLE_PHRASE = new RegExp(`^${PHRASE}$`, "i");

/** Whether a value is a secret by the name of the field that it is in. */
export const isSecretField = (name: string, value: string): boolean =>
  (NAMED.test(name) && /^\S{8,100000}$/.test(value) && isLikelySecret(value)) ||
  (PASSWORD_FIELD.test(name) && WHOLE_PHRASE.test(value) && isPassphrase(value));

/** Words of the sentences and labels that stand in a password’s place, and hardly in a password. */
const SENTENCE =
  /\b(?:a|about|and|are|at|be|before|below|can|characters?|click|confirm|current|does|either|enter|field|for|forgot|forgotten|from|has|have|here|if|in|incorrect|invalid|is|least|letters?|match|missing|must|new|no|not|numbers?|of|old|optional|or|passcode|passphrase|passwd|password|please|repeat|required|reset|secret|should|string|text|than|that|the|this|to|too|type|used?|users?|value|was|weak|when|with|wrong|you|your)\b/i;

/** Whether words are put together as people make passphrases, and make no sentence. */
function isPassphrase(value: string): boolean {
  return !SENTENCE.test(value) && inOneCase(value);
}

/** All of them small, or each with a capital: a sentence has one at its beginning. */
function inOneCase(value: string): boolean {
  const capitals = value.match(/(?<![a-z])[A-Z]/g)?.length ?? 0;
  return capitals === 0 || capitals === value.split(" ").length;
}

/** Marks of Markdown and of sentences, which are none of what they stand around. */
const MARKS = /^[*_~"'([{<=“„«»]+|[*_~!?.,:;"')\]}>”“»…|]+$/g;

/** Whether a value is made up as people and generators make passwords, and stands for itself. */
function isLikelySecret(value: string): boolean {
  const core = value.replace(MARKS, "");
  const digits = core.match(/\d/g)?.length ?? 0;
  const symbols = new Set(core.match(/[!#%^*~?@&$]/g)).size;
  return (
    /[A-Za-z]/.test(core) &&
    (isWords(core) ? digits > 1 || symbols > 1 : digits > 0 || symbols > 0) &&
    !isPlaceholder(value) &&
    !isPlaceholder(core) &&
    !/:\/\/|^[\^~v]?\d+\.\d+\.\d+/.test(core) &&
    // A path is words.
    !(core.includes("/") && isWords(core))
  );
}

/** `sk-circle12` is the name of a spinner. */
function isNoName(value: string): boolean {
  return !isWords(value) && !/example/i.test(value);
}

/** Whether what seems to name a secret is the result of a test, or part of a picture's address. */
const isHarmless = ({ before, earlier }: { before: string; earlier: string }): boolean =>
  (/^PASS: ?$/.test(before) && !/[\w-]$/.test(earlier)) || earlier.endsWith("badge.svg?");

/** Whether something else is to be put in its place, or has been. */
function isPlaceholder(value: string): boolean {
  return (
    // What is cut behind more than a few characters is the beginning of a secret.
    /^(?:[$%<{]|\[masked|.{0,11}…)|\$\{|\$\(|\(\?|\{\{|\.\.\.|\*{3}|x{4}/i.test(value) ||
    /change.?me|dummy|example|placeholder|sample|redacted|abc_?123|^(?:my|your|the)[_-]|^(?:pass(?:word)?|secret|token)\d{0,2}$/i.test(
      value,
    )
  );
}

/** Whether this leads to a value, and to no sentence: `DB_PASSWORD=` in a shell, or ` --password `. */
const hasOnlySecrets = (before: string): boolean =>
  /^[A-Z\d_]+=$/.test(before) || /^[\w-]+ $/.test(before);

/** Whether it is as most rules for passwords want it, which few words of a sentence are. */
const isComplex = (value: string, before: string): boolean =>
  [/^[\w!#%^?@&$]+$/, /[a-z]/, /[A-Z]/, /\d\D*\d/, /[!#%^?@&$]/].every((one) => one.test(value)) &&
  !/is\s*$/i.test(before);

/**
 * Whether a value is words and numbers, as names in code are, and paths, times and formulas: `Uint8Array`,
 * `config.auth2`, `i386/avx512f`, `x=1,y=2`. What is made by chance changes between letters and digits
 * more often, and has single small letters.
 */
function isWords(value: string): boolean {
  const changes = value.match(/[A-Za-z](?=\d)|\d(?=[A-Za-z])/g)?.length ?? 0;
  const isSingle = /(?<=[A-Z])[a-z](?![a-z])|(?<![a-z])[a-z](?=[A-Z])|(?<=\d)[a-z](?=\d)/;
  return changes <= Math.max(3, value.length / 10) && !isSingle.test(value);
}

const opensCall = (next: string | undefined): boolean => next === "(" || next === "[";
