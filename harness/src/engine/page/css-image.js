// An image of a style sheet: https://drafts.csswg.org/css-images-4/#fetch-an-external-image-for-a-stylesheet
//
// It is the value of the property `content`. opaque: the element has the size of the image. Script never reads its pixels.
// blocked and refused: the element has no size when the browser has finished loading the image.
initiators["css-image"] = async ({ url }) => {
  const box = element("span", { id: uniqueName() });
  box.style.cssText = "display: inline-block";
  const style = element("style", { textContent: `#${box.id}::before { content: url(${JSON.stringify(url)}) }` });
  const finished = timed(url);
  document.body.append(box, style);
  await finished;
  const shown = await isShown(() => box.getBoundingClientRect().width > 0);
  box.remove();
  style.remove();
  if (!shown) throw new DOMException("the image is not shown", "NetworkError");
  return { outcome: "used", readable: false };
};
