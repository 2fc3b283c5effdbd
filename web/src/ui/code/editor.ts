// The editor of scripts. It is fetched when a script is shown, and not before.
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import {
  bracketMatching,
  HighlightStyle,
  indentOnInput,
  StreamLanguage,
  type StreamParser,
  syntaxHighlighting,
} from "@codemirror/language";
import { perl } from "@codemirror/legacy-modes/mode/perl";
import { python } from "@codemirror/legacy-modes/mode/python";
import { r } from "@codemirror/legacy-modes/mode/r";
import { shell } from "@codemirror/legacy-modes/mode/shell";
import { Compartment, EditorState, type Extension } from "@codemirror/state";
import { drawSelection, EditorView, keymap, lineNumbers, placeholder } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { type Language, languageOf } from "./language";

const modes: Record<Language, StreamParser<unknown>> = { shell, python, r, perl };

const colours = HighlightStyle.define([
  { tag: [tags.comment, tags.meta], color: "var(--gd-code-comment)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--gd-code-string)" },
  { tag: [tags.keyword, tags.operatorKeyword], color: "var(--gd-code-keyword)" },
  { tag: [tags.number, tags.bool, tags.atom], color: "var(--gd-code-number)" },
  { tag: [tags.definition(tags.variableName), tags.attributeName], color: "var(--gd-code-name)" },
  { tag: [tags.standard(tags.variableName), tags.standard(tags.name)], color: "var(--gd-code-name)" },
]);

const looks = EditorView.theme({
  "&": { backgroundColor: "transparent", color: "inherit" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mantine-font-family-monospace)", fontSize: "13px", lineHeight: "1.6" },
  ".cm-content": { padding: "10px 0", caretColor: "var(--gd-accent)" },
  ".cm-gutters": { backgroundColor: "transparent", border: "0", color: "var(--mantine-color-dimmed)" },
  ".cm-lineNumbers .cm-gutterElement": { padding: "0 10px 0 12px", minWidth: "40px" },
  ".cm-cursor": { borderLeftColor: "var(--gd-accent)" },
  ".cm-placeholder": { color: "var(--mantine-color-placeholder)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "var(--gd-code-selection)",
  },
});

const keys = defaultKeymap.filter(({ key }) => key !== "Mod-Enter"); // which is the form's

export interface Options {
  label: string;
  describedBy?: string;
  readOnly?: boolean;
  hint?: string;
  onChange?: (text: string) => void;
}

/** An Editor shows a text and lets people change it. */
export interface Editor {
  show(text: string): void;
  invalid(yes: boolean): void;
  end(): void;
}

export function edit(parent: HTMLElement, text: string, options: Options): Editor {
  const language = new Compartment();
  const marks = new Compartment();
  let spoken = languageOf(text);
  const attributes = (invalid: boolean) =>
    EditorView.contentAttributes.of({
      "aria-label": options.label,
      ...(options.describedBy && { "aria-describedby": options.describedBy }),
      ...(invalid && { "aria-invalid": "true" }),
      ...(options.readOnly && { "aria-readonly": "true" }),
      spellcheck: "false",
    });
  const extensions: Extension[] = [
    lineNumbers(),
    drawSelection(),
    looks,
    syntaxHighlighting(colours),
    language.of(StreamLanguage.define(modes[spoken])),
    marks.of(attributes(false)),
    EditorView.lineWrapping,
    EditorState.readOnly.of(options.readOnly ?? false),
    keymap.of([...keys, ...historyKeymap]), // not Tab, which leads on
  ];
  if (!options.readOnly) {
    extensions.push(history(), bracketMatching(), indentOnInput(), placeholder(options.hint ?? ""));
    extensions.push(
      EditorView.updateListener.of((update) => {
        if (!update.docChanged) return;
        const now = update.state.doc.toString();
        options.onChange?.(now);
        if (languageOf(now) === spoken) return;
        spoken = languageOf(now);
        queueMicrotask(() =>
          view.dispatch({ effects: language.reconfigure(StreamLanguage.define(modes[spoken])) }),
        );
      }),
    );
  }
  const view = new EditorView({ parent, state: EditorState.create({ doc: text, extensions }) });
  return {
    show(next) {
      const all = view.state.doc.toString();
      if (next !== all) view.dispatch({ changes: { from: 0, to: all.length, insert: next } });
    },
    invalid: (yes) => view.dispatch({ effects: marks.reconfigure(attributes(yes)) }),
    end: () => view.destroy(),
  };
}
