/** Whether the server decided that it is over, rather than that it is away for now. */
export function isFinal(code: number): boolean {
  return code >= 4000 || (code >= 1002 && code <= 1010 && code !== 1005 && code !== 1006);
}
