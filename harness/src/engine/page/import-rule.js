// @import: https://drafts.csswg.org/css-cascade-5/#fetch-an-import
//
// allowed: the style sheet is there, and script reads its `cssRules`. opaque: it is there, and reading `cssRules` throws:
// its origin-clean flag is unset. blocked and refused: the rule has no style sheet when `load` or `error` fires at the
// <style> element, or it has one without rules.
initiators["import-rule"] = ({ url }) =>
  new Promise((resolve, reject) => {
    const style = element("style", { textContent: `@import url(${JSON.stringify(url)});` });
    const decide = () => {
      const imported = style.sheet.cssRules[0].styleSheet;
      try {
        const result = used(() => {
          if (!imported?.cssRules.length) throw errorEvent();
        });
        resolve(result);
      } catch (error) {
        reject(error);
      }
      style.remove();
    };
    style.onload = decide;
    style.onerror = decide;
    document.head.append(style);
  });
