// <audio>: https://html.spec.whatwg.org/#the-audio-element
//
// opaque: `loadeddata` fires. Script could read the samples of a response that passed the CORS check through the Web Audio
// API, which browsers start after a user gesture only, so this is not tried. blocked and refused: `error` fires.
initiators["audio"] = ({ url, crossorigin }) =>
  new Promise((resolve, reject) => {
    const audio = element("audio", { crossOrigin: crossorigin, muted: true, preload: "auto" });
    audio.onerror = () => reject(errorEvent());
    audio.onloadeddata = () => {
      releaseMedia(audio);
      resolve({ outcome: "used", readable: false });
    };
    audio.src = url;
  });
