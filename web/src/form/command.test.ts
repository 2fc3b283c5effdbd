import { expect, test } from "vitest";
import type { Config } from "../api/types";
import { commandOf, quoted } from "./command";
import { documentOf, draftOf } from "./draft";

test.each([
  ["debian:12", "debian:12"],
  ["two words", "'two words'"],
  ["it's", "'it'\\''s'"],
  ["$HOME", "'$HOME'"],
  ["", "''"],
])("%j for a shell is %s", (word, want) => expect(quoted(word)).toBe(want));

const blank = draftOf({ images: [], defaults_cpu: 1, defaults_ram: 2 } as unknown as Config);

test("all of a task as a command", () => {
  const draft = {
    ...blank,
    name: "a b",
    image: "debian:12",
    script: "#!/bin/bash\necho $1\nEND",
    project: "lab",
    volumes: [
      { name: "home", acl: "rw" as const },
      { name: "data", acl: "ro" as const },
    ],
    env: ["N=x y"],
    after: ["ok:1", "2"],
    network: false,
    retry: 2,
  };
  expect(commandOf(documentOf(draft))).toBe(`god job create \\
  -n 'a b' \\
  -p lab \\
  -i debian:12 \\
  -c 1 \\
  -r 2 \\
  -v home \\
  -v data:ro \\
  --parent ok:1,2 \\
  --retry 2 \\
  --set 'N=x y' \\
  --no-network \\
  -s - <<'END2'
#!/bin/bash
echo $1
END
END2
`);
});
