/** Files that are made to hold secrets, by their names, and which are therefore asked about. */
const NAMES: readonly RegExp[] = [
  // Those that show which variables there are have no values.
  /^\.env(rc|\.(?!(example|sample|template|dist|defaults?)$).+)?$/,
  /\.(env|pem|key|p12|pfx|jks|keystore|kdbx|ppk|asc|gpg)$/,
  /^id_(rsa|dsa|ecdsa|ed25519)(_sk)?$/,
  /^\.(npmrc|netrc|pypirc|pgpass|git-credentials|htpasswd|dockercfg|vault-token)$/,
  /^_netrc$/,
  /^(credentials|secrets?)(\.(json|ya?ml|toml|ini|txt))?$/,
  /^(service[-_]?account|client[-_]secret).*\.json$/,
  /\.tfvars(\.json)?$/,
];

/** Folders whose files all count, but for public keys and lists of hosts. */
const FOLDERS = /(^|\/)\.(ssh|aws|gnupg|kube|docker)\/[^/]+$/;
const HARMLESS = /(\.pub|(^|\/)known_hosts)$/;

/** Whether a file of this path usually holds secrets. */
export function holdsSecrets(path: string): boolean {
  const named = path.toLowerCase();
  if (HARMLESS.test(named)) return false;
  const name = named.slice(named.lastIndexOf("/") + 1);
  return FOLDERS.test(named) || NAMES.some((pattern) => pattern.test(name));
}
