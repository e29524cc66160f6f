//! Scripts, modules and workers.

use cors_model::Consumer as Resource;

use super::options::{CREDENTIALS_MODES, StepOption, one_of};
use super::parameters::{ALL_READS, ALLOWED_OR_NOT, INTEGRITY_OPTIONS, cors, no_cors, same_origin};
use super::{Consumer, Definition, Needs, RequestParameters};

pub(super) const SCRIPT: Definition = Definition {
    word: "script",
    request: no_cors("script"),
    consumer: Consumer::Resource(Resource::ClassicScript),
    needs: Needs::Document,
    options: INTEGRITY_OPTIONS,
    reads: ALL_READS,
    script: include_str!("../engine/page/script.js"),
};

pub(super) const MODULE: Definition = Definition {
    word: "module",
    request: cors("script"),
    consumer: Consumer::Resource(Resource::ModuleScript),
    needs: Needs::Document,
    options: INTEGRITY_OPTIONS,
    reads: ALLOWED_OR_NOT,
    script: include_str!("../engine/page/module.js"),
};

pub(super) const IMPORT: Definition = Definition {
    word: "import",
    request: cors("script"),
    consumer: Consumer::Resource(Resource::ModuleScript),
    needs: Needs::Document,
    options: &[],
    reads: ALLOWED_OR_NOT,
    script: include_str!("../engine/page/import.js"),
};

pub(super) const JSON_MODULE: Definition = Definition {
    word: "json-module",
    request: cors("json"),
    consumer: Consumer::Resource(Resource::JsonModule),
    needs: Needs::Document,
    options: &[],
    reads: ALLOWED_OR_NOT,
    script: include_str!("../engine/page/json-module.js"),
};

pub(super) const AUDIO_WORKLET: Definition = Definition {
    word: "audio-worklet",
    request: cors("audioworklet"),
    consumer: Consumer::Resource(Resource::ModuleScript),
    needs: Needs::Document,
    options: &[one_of(StepOption::Credentials, CREDENTIALS_MODES)],
    reads: ALLOWED_OR_NOT,
    script: include_str!("../engine/page/audio-worklet.js"),
};

pub(super) const WORKER: Definition = Definition {
    word: "worker",
    request: same_origin("worker"),
    consumer: Consumer::Resource(Resource::WorkerScript),
    needs: Needs::Document,
    options: &[],
    reads: ALLOWED_OR_NOT,
    script: include_str!("../engine/page/worker.js"),
};

pub(super) const SHARED_WORKER: Definition = Definition {
    word: "shared-worker",
    request: same_origin("sharedworker"),
    consumer: Consumer::Resource(Resource::WorkerScript),
    needs: Needs::Document,
    options: &[],
    reads: ALLOWED_OR_NOT,
    script: include_str!("../engine/page/shared-worker.js"),
};

pub(super) const SERVICE_WORKER: Definition = Definition {
    word: "service-worker",
    request: RequestParameters { redirect: "error", ..same_origin("serviceworker") },
    consumer: Consumer::Resource(Resource::ServiceWorkerScript),
    needs: Needs::Document,
    options: &[],
    reads: ALLOWED_OR_NOT,
    script: include_str!("../engine/page/service-worker.js"),
};

pub(super) const IMPORT_SCRIPTS: Definition = Definition {
    word: "import-scripts",
    request: RequestParameters { credentials: "same-origin", ..no_cors("script") },
    consumer: Consumer::Resource(Resource::ClassicScript),
    needs: Needs::Worker,
    options: &[],
    reads: ALL_READS,
    script: include_str!("../engine/page/import-scripts.js"),
};
