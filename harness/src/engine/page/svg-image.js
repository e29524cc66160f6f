// <image> of SVG: https://svgwg.org/svg2-draft/embedded.html#ImageElement
//
// allowed: `load` fires, and script reads a pixel of a canvas on which the image was drawn. opaque: `load` fires, and
// the canvas is tainted. blocked and refused: `error` fires.
initiators["svg-image"] = ({ url, crossorigin }) =>
  new Promise((resolve, reject) => {
    const svg = svgElement("svg", { width: 1, height: 1 });
    const image = svgElement("image", { width: 1, height: 1, crossorigin });
    image.onerror = () => {
      svg.remove();
      reject(errorEvent());
    };
    image.onload = () => {
      const result = used(() => pixelOf(image));
      svg.remove();
      resolve(result);
    };
    image.setAttribute("href", url);
    svg.append(image);
    document.body.append(svg);
  });
