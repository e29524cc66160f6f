// new WebSocket(): https://websockets.spec.whatwg.org/#dom-websocket-websocket
//
// allowed: a `message` event has data. blocked and refused: `error` fires before `open` does, or the constructor throws.
// There is no CORS check and no opaque socket. The URL of a case has the scheme http or https, and the constructor makes
// ws and wss of them; older browsers do not.
initiators["websocket"] = ({ url }) =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(url.replace(/^http/, "ws"));
    let isOpen = false;
    socket.onopen = () => (isOpen = true);
    socket.onmessage = () => {
      socket.close();
      resolve({ outcome: "used", readable: true });
    };
    socket.onerror = () => (isOpen ? resolve(undecided("the socket failed after it was open")) : reject(errorEvent()));
    socket.onclose = () => resolve(undecided("the socket closed without a message"));
  });
