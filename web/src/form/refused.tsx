import { Link } from "@tanstack/react-router";
import { type RefObject, useEffect, useRef } from "react";
import { Problem } from "../api/problem";
import { text } from "../text";
import { Trouble } from "../ui/trouble";

const patience = 20; // frames in which a folded group opens

/** Says why a task was not submitted, or that nobody knows whether it was. It stands by the button. */
export function Refused({ error, children }: { error: Error; children: string }) {
  if (!(error instanceof Problem && error.unsure))
    return <Trouble title={text.form.refused}>{children}</Trouble>;
  return (
    <Trouble title={text.form.unsure}>
      {text.form.unsureHelp}{" "}
      <Link to="/" target="_blank" style={{ color: "inherit" }}>
        {text.form.unsureLook}
      </Link>
    </Trouble>
  );
}

/**
 * Leads to what a refusal is about: the first field that is wrong, or else the words by the button. Tries
 * counts what was refused here already.
 */
export function useRefusal(error: Error | null, tries = 0): RefObject<HTMLFormElement | null> {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (!error && tries === 0) return;
    let frame = 0;
    let left = patience;
    const lead = () => {
      const wrong = form.current?.querySelector<HTMLElement>("[aria-invalid=true]");
      wrong?.focus(); // which a field does not take while its group unfolds
      if (wrong?.contains(document.activeElement)) wrong.scrollIntoView({ block: "center" });
      else if (left-- > 0) frame = requestAnimationFrame(lead);
    };
    form.current?.querySelector("[role=alert]")?.scrollIntoView({ block: "center" });
    lead();
    return () => cancelAnimationFrame(frame);
  }, [error, tries]);
  return form;
}
