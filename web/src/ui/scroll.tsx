import type { Ref, UIEventHandler } from "react";

interface Props {
  label: string;
  className?: string;
  ref?: Ref<HTMLElement>;
  onScroll?: UIEventHandler<HTMLElement>;
  children: React.ReactNode;
}

/** A named region that scrolls, and that therefore can be reached by keyboard. */
export function Scroll({ label, ...rest }: Props) {
  // biome-ignore lint/a11y/noNoninteractiveTabindex: without it nobody can scroll by keyboard
  return <section aria-label={label} tabIndex={0} {...rest} />;
}
