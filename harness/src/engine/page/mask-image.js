// mask-image: https://drafts.fxtf.org/css-masking/#the-mask-image
//
// opaque: the browser has a response with a status, which the performance timeline shows of a response that passed the
// CORS check. Script does not see the mask. blocked and refused: there is none.
initiators["mask-image"] = async ({ url }) => {
  const box = element("div", {});
  box.style.cssText = `width: 1px; height: 1px; background: red; mask-image: url(${JSON.stringify(url)})`;
  const finished = timed(url);
  document.body.append(box);
  const entry = await finished;
  box.remove();
  if (!entry?.responseStatus) throw new DOMException("there is no response", "NetworkError");
  return { outcome: "used", readable: false };
};
