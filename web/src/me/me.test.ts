import { expect, test } from "vitest";
import { text } from "../text";
import { browserOf } from "./browser";
import { keyOf, problemOfKey } from "./sshkey";

const blob = `AAAAC3NzaC1lZDI1NTE5AAAAI${"x".repeat(43)}`;

test("ssh keys are recognised", () => {
  expect(keyOf(`ssh-ed25519 ${blob} ann at home`)).toEqual({
    type: "ssh-ed25519",
    short: `…${"x".repeat(12)}`,
    comment: "ann at home",
  });
  expect(problemOfKey(`ssh-ed25519 ${blob}`, [])).toBeUndefined();
  expect(problemOfKey(`ssh-ed25519 ${blob} b`, [`ssh-ed25519 ${blob} a`])).toBe(text.me.ssh.again);
  expect(problemOfKey("-----BEGIN OPENSSH PRIVATE KEY-----", [])).toBe(text.me.ssh.private);
  for (const wrong of ["hello", "ssh-dss AAAA", `ssh-ed25519 ${"<".repeat(80)}`])
    expect(problemOfKey(wrong, [])).toBe(text.me.ssh.noKey);
});

test.each([
  [
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36",
    "Chrome on Linux",
  ],
  ["Mozilla/5.0 (Macintosh; Intel Mac OS X 14.5; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox on macOS"],
  ["Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140 Safari/537.36 Edg/140.0", "Edge on Windows"],
  ["god/1.2", "god"],
  ["", "A program"],
])("%s is %s", (agent, want) => expect(browserOf(agent)).toBe(want));
