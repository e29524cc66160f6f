// <video>: https://html.spec.whatwg.org/#the-video-element
//
// allowed: `loadeddata` fires, and script reads a pixel of a canvas on which the first frame was drawn. opaque: it fires,
// and the canvas is tainted. blocked and refused: `error` fires.
initiators["video"] = ({ url, crossorigin }) =>
  new Promise((resolve, reject) => {
    const video = element("video", { crossOrigin: crossorigin, muted: true, preload: "auto" });
    video.onerror = () => reject(errorEvent());
    // The first frame is drawn once the browser has decoded it. Until then the canvas is transparent, and not tainted.
    const decide = () => {
      let isDrawn = false;
      const seen = used(() => (isDrawn = pixelOf(video).data[3] > 0));
      return isDrawn || !seen.readable ? seen : null;
    };
    video.onloadeddata = async () => {
      let seen;
      while ((seen = decide()) === null) await rendered();
      releaseMedia(video);
      resolve(seen);
    };
    video.src = url;
  });
