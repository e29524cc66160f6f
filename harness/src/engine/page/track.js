// <track> of a <video>: https://html.spec.whatwg.org/#the-track-element
//
// allowed: `load` fires, and script reads the cues. blocked and refused: `error` fires. There is no opaque track:
// without the `crossorigin` attribute of the video, its request has the mode same-origin.
initiators["track"] = ({ url, crossorigin }) =>
  new Promise((resolve, reject) => {
    const video = element("video", { crossOrigin: crossorigin });
    const track = element("track", { kind: "subtitles" });
    track.onload = () => {
      const result = used(() => track.track.cues.length);
      video.remove();
      resolve(result);
    };
    track.onerror = () => {
      video.remove();
      reject(errorEvent());
    };
    track.src = url;
    video.append(track);
    document.body.append(video);
    track.track.mode = "hidden";
  });
