// shape-outside: https://drafts.csswg.org/css-shapes/#shape-outside-property
//
// The shape of a float is where its image is opaque enough, and no image is more opaque than the threshold 1: its shape
// is empty. Without the image the shape is the box. allowed: text begins where the empty shape lets it, so script learns
// of pixels. blocked and refused: text begins beside the box when the browser has finished loading the image.
initiators["shape-outside"] = async ({ url }) => {
  const [box, float, text] = [element("div", {}), element("div", {}), element("span", { textContent: "x" })];
  // No float of another row reaches into the box.
  box.style.cssText = "position: absolute; width: 200px";
  float.style.cssText = `float: left; width: 50px; height: 50px; shape-image-threshold: 1; shape-outside: url(${JSON.stringify(url)})`;
  box.append(float, text);
  const finished = timed(url);
  document.body.append(box);
  await finished;
  const left = (element) => element.getBoundingClientRect().left;
  // Until the image is decoded, some browsers use an empty shape, and others the box.
  await isShown(() => false);
  const isUsed = left(text) === left(box);
  box.remove();
  if (!isUsed) throw new DOMException("the shape is not used", "NetworkError");
  return { outcome: "used", readable: true };
};
