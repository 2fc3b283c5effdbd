import { text } from "../text";

export interface FieldError {
  field: string;
  message: string;
}

/** A Problem is an answer that is not a success, or no answer at all (status 0). */
export class Problem extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly fields: FieldError[] = [],
  ) {
    super(message);
  }

  /** Reports whether asking again may help: the server did not answer, or said that it cannot now. */
  get passing(): boolean {
    return this.status === 0 || this.status >= 502;
  }

  /** Reports whether what was asked for may have been done all the same: no answer came, or a proxy's. */
  get unsure(): boolean {
    return this.status === 0 || this.status === 502 || this.status === 504;
  }
}

/** Makes a Problem of the body of an answer, whatever a proxy in between put there. */
export function problemOf(status: number, body: unknown): Problem {
  const b = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
  const words = [b.detail, b.msg, b.title].find((w): w is string => typeof w === "string" && w !== "");
  const fields = Array.isArray(b.errors) ? b.errors.filter(isFieldError) : [];
  return new Problem(status, words ?? text.error.status(status), fields);
}

/** The sentence for whatever was thrown. */
export function words(err: unknown): string {
  return err instanceof Error ? err.message : String(err);
}

function isFieldError(e: unknown): e is FieldError {
  const f = e as Partial<FieldError> | null;
  return typeof f?.field === "string" && typeof f?.message === "string";
}
