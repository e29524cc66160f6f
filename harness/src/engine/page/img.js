// <img>: https://html.spec.whatwg.org/#the-img-element
//
// allowed: `load` fires, and script reads a pixel of a canvas on which the image was drawn. opaque: `load` fires, and
// the canvas is tainted. blocked and refused: `error` fires.
initiators["img"] = ({ url, crossorigin, referrerPolicy }) =>
  new Promise((resolve, reject) => {
    const image = element("img", { crossOrigin: crossorigin, referrerPolicy });
    image.onerror = () => reject(errorEvent());
    image.onload = () => {
      const canvas = element("canvas", { width: 1, height: 1 });
      const context = canvas.getContext("2d");
      context.drawImage(image, 0, 0, 1, 1);
      resolve(used(() => context.getImageData(0, 0, 1, 1)));
    };
    image.src = url;
  });
