// Sets the colours before the first paint, so that a dark page never flashes white.
// A file of its own because the page's policy forbids inline scripts.
(() => {
  let wanted = "auto";
  try {
    wanted = localStorage.getItem("mantine-color-scheme-value") || "auto";
  } catch {
    // storage may be forbidden; the system's choice is then the answer
  }
  const dark = wanted === "auto" ? matchMedia("(prefers-color-scheme: dark)").matches : wanted === "dark";
  document.documentElement.setAttribute("data-mantine-color-scheme", dark ? "dark" : "light");
})();
