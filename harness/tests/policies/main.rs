//! Policies without a browser: the rows that are made of them, their findings, and what a change
//! means. What pages do is what the model of the standard does, changed where an engine would differ.

mod changes;
mod findings;
mod patterns;
mod repair_texts;
mod repairs;
mod rows;
mod stacks;
mod support;
mod unlisted_origins;
mod words;
