document.currentScript.dataset.ran = "";
throw new Error("cors-harness");
