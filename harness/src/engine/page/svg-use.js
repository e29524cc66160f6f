// <use> of SVG: https://svgwg.org/svg2-draft/struct.html#UseElement
//
// It shows the element `shape` of the other document. allowed: the element `use` has the size of that element, which script
// reads. blocked and refused: it has no size when `error` has fired or the browser has finished loading the document.
initiators["svg-use"] = async ({ url }) => {
  const svg = svgElement("svg", { width: 10, height: 10 });
  const use = svgElement("use", {});
  const failed = new Promise((resolve) => {
    use.onerror = resolve;
  });
  const [file] = url.split("#");
  const finished = timed(file);
  use.setAttribute("href", `${file}#shape`);
  svg.append(use);
  document.body.append(svg);
  await Promise.race([failed, finished]);
  const shown = await isShown(() => use.getBoundingClientRect().width > 0);
  svg.remove();
  if (!shown) throw new DOMException("the element is not shown", "NetworkError");
  return { outcome: "used", readable: true };
};
