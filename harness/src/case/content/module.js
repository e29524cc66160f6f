export default "cors-harness";
