import { text } from "../text";

/** An ssh public key as people recognise it. */
export interface SSHKey {
  type: string;
  short: string; // the end of what is random
  comment: string;
}

export function keyOf(line: string): SSHKey {
  const [type = "", blob = "", ...comment] = line.trim().split(/\s+/);
  return { type, short: `…${blob.slice(-12)}`, comment: comment.join(" ") };
}

const types =
  /^(ssh-(ed25519|rsa)|ecdsa-sha2-nistp(256|384|521)|sk-(ssh-ed25519|ecdsa-sha2-nistp256)@openssh\.com)$/;

/** What is wrong with a pasted key as far as the page can tell; the server looks closer. */
export function problemOfKey(line: string, have: string[]): string | undefined {
  if (/PRIVATE KEY/.test(line)) return text.me.ssh.private;
  const [type = "", blob = ""] = line.split(/\s+/);
  if (!types.test(type) || !/^[A-Za-z0-9+/]+={0,3}$/.test(blob) || blob.length < 60) return text.me.ssh.noKey;
  return have.some((other) => other.split(/\s+/)[1] === blob) ? text.me.ssh.again : undefined;
}
