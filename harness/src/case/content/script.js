if (typeof document === "undefined") self.ran = true;
else document.currentScript.dataset.ran = "";
throw new Error("cors-harness");
