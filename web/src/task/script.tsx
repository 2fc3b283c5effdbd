import { text } from "../text";
import { Scroll } from "../ui/scroll";
import { tokens } from "./highlight";
import css from "./script.module.css";

const longest = 200_000; // characters that are coloured

/** A script, with its comments, texts and names in colours. */
export function Script({ script }: { script: string }) {
  const plain = script.length > longest;
  return (
    <Scroll className={css.script} label={text.task.script}>
      <pre>
        {plain
          ? script
          : tokens(script || text.task.noScript).map(({ text: words, kind }, i) =>
              kind ? (
                // biome-ignore lint/suspicious/noArrayIndexKey: a script does not change
                <span key={i} className={css[kind]}>
                  {words}
                </span>
              ) : (
                words
              ),
            )}
      </pre>
    </Scroll>
  );
}
