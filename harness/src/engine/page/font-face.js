// FontFace: https://drafts.csswg.org/css-font-loading/#dom-fontface-load
//
// The letter A has to be five times as wide as the font is high, as in `content: font`. allowed: script reads this width.
// blocked and refused: the promise of load() is rejected.
initiators["font-face"] = async ({ url }) => {
  const family = uniqueName();
  const face = new FontFace(family, `url(${JSON.stringify(url)})`);
  await face.load();
  document.fonts.add(face);
  const result = usedFont(family);
  document.fonts.delete(face);
  return result;
};
