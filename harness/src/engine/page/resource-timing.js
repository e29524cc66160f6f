// Resource Timing of a call of fetch(): https://w3c.github.io/resource-timing/#sec-performanceresourcetiming
//
// allowed: script reads in the performance timeline when the response began. opaque: the entry shows no such time, because
// of Timing-Allow-Origin or because the call failed. blocked and refused: there is no entry.
initiators["resource-timing"] = async ({ url, mode, credentials }) => {
  const finished = timed(url);
  const isRead = fetch(url, present({ mode, credentials })).then((response) => response.text());
  // What script reads of the response does not count here.
  await isRead.catch(() => {});
  const entry = await finished;
  if (entry === null) throw new DOMException("there is no entry", "NetworkError");
  return { outcome: "used", readable: entry.responseStart > 0 };
};
