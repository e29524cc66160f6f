// <img>: https://html.spec.whatwg.org/#the-img-element
//
// allowed: `load` fires, and script reads a pixel of a canvas on which the image was drawn. opaque: `load` fires, and
// the canvas is tainted. blocked and refused: `error` fires.
initiators["img"] = ({ url, crossorigin, referrerPolicy }) =>
  new Promise((resolve, reject) => {
    const image = element("img", { crossOrigin: crossorigin, referrerPolicy });
    image.onerror = () => reject(errorEvent());
    image.onload = () => resolve(used(() => pixelOf(image)));
    image.src = url;
  });
