// @font-face: https://drafts.csswg.org/css-fonts-4/#font-face-rule
//
// The letter A has to be five times as wide as the font is high, as in `content: font`. allowed: script reads this width.
// blocked and refused: the font face has the status `error` when the browser has finished loading it.
initiators["font-face-rule"] = async ({ url }) => {
  const family = uniqueName();
  const textContent = `@font-face { font-family: ${family}; src: url(${JSON.stringify(url)}) }`;
  const style = element("style", { textContent });
  document.head.append(style);
  const faces = document.fonts.load(`20px ${family}`, "A");
  try {
    await faces;
    return usedFont(family);
  } finally {
    style.remove();
  }
};
