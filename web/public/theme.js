// Before anything is painted: the theme this device last had. parts/theme.ts keeps it; this file only spares the flash.
(function () {
  var kept = localStorage.getItem("gongdan.theme");
  var dark = matchMedia("(prefers-color-scheme: dark)").matches;
  var more = matchMedia("(prefers-contrast: more)").matches;
  var strong = kept === "contrast" || ((!kept || kept === "system") && more);
  var night = kept === "dark" || (kept !== "light" && dark);
  document.documentElement.dataset.theme = strong ? (night ? "contrast-dark" : "contrast") : night ? "dark" : "light";
  document.documentElement.style.colorScheme = night ? "dark" : "light";
})();
