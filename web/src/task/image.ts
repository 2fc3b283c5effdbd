const hub = "docker.io";

/**
 * The page of an image at its registry, or undefined unless the registry is one of those given. It
 * reads names as the server does: a first part with a dot, a colon or capitals, or localhost, is a
 * registry.
 */
export function pageOf(image: string, registries: readonly string[]): string | undefined {
  const name = (image.split("@")[0] ?? "").replace(/:[^/:]*$/, "");
  const slash = name.indexOf("/");
  const first = name.slice(0, Math.max(slash, 0));
  const named = /[.:A-Z]/.test(first) || first === "localhost";
  const registry = named ? first : hub;
  const repository = named ? name.slice(slash + 1) : name;
  if (!registries.includes(registry)) return undefined;
  if (registry !== hub) return `https://${registry}/${repository}`;
  const path = repository.replace(/^library\//, "");
  return `https://hub.docker.com/${path.includes("/") ? "r" : "_"}/${path}`;
}
