// createImageBitmap() of an <img>: https://html.spec.whatwg.org/#dom-createimagebitmap
//
// allowed: `load` fires, and script reads a pixel of a canvas on which the bitmap was drawn. opaque: `load` fires, and the
// canvas is tainted. blocked and refused: `error` fires.
initiators["image-bitmap"] = ({ url, crossorigin, referrerPolicy }) =>
  new Promise((resolve, reject) => {
    const image = element("img", { crossOrigin: crossorigin, referrerPolicy });
    image.onerror = () => reject(errorEvent());
    image.onload = () => createImageBitmap(image).then((bitmap) => resolve(used(() => pixelOf(bitmap))), reject);
    image.src = url;
  });
