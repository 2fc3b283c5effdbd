import { useEffect, useState } from "react";
import { useLink } from "../live/link";
import { text } from "../text";
import css from "./app.module.css";

const patience = 3000; // ms of silence that are not worth a banner

/** Shows in the header whether the page hears from the server. */
export function LinkState() {
  const link = useLink();
  return (
    <span className={css.link}>
      <span className={css.dot} data-link={link} />
      <span>{link === "lost" ? text.link.connecting : text.link[link]}</span>
    </span>
  );
}

/** Says so where the connection stays away: over the page, so that nothing in it moves. */
export function LinkBanner() {
  const away = useLink() !== "live";
  const [show, setShow] = useState(false);
  useEffect(() => {
    if (!away) return setShow(false);
    const timer = setTimeout(() => setShow(true), patience);
    return () => clearTimeout(timer);
  }, [away]);
  return (
    <div role="status">
      {show && (
        <div className={css.lost}>
          <strong>{text.link.lost}</strong> {text.link.lostHelp}
        </div>
      )}
    </div>
  );
}
