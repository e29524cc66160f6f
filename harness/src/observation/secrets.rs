//! Removes secrets from the messages of engines and drivers.

use super::{EngineReason, RowObservation, StepObservation};
use crate::secrets::Secrets;

impl RowObservation {
    /// The same without secrets. A message of an engine or driver may quote a value that the case sent.
    #[must_use]
    pub fn without_secrets(mut self, secrets: &Secrets) -> Self {
        hide(secrets, &mut self.unheard);
        self.steps.iter_mut().for_each(|step| step.hide(secrets));
        self
    }
}

impl StepObservation {
    fn hide(&mut self, secrets: &Secrets) {
        hide(secrets, &mut self.inconclusive);
        hide(secrets, &mut self.words);
        self.reasons.iter_mut().for_each(|reason| reason.hide(secrets));
        self.preflights.iter_mut().for_each(|one| one.request_headers.hide(secrets));
        self.requests.iter_mut().for_each(|one| one.headers.hide(secrets));
    }
}

impl EngineReason {
    fn hide(&mut self, secrets: &Secrets) {
        hide(secrets, &mut self.detail);
        self.text = secrets.hidden_in(&self.text);
    }
}

fn hide(secrets: &Secrets, words: &mut Option<String>) {
    *words = words.take().map(|words| secrets.hidden_in(&words));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_contain_no_secret() {
        let mut secrets = Secrets::default();
        secrets.learn_line("Authorization", "Bearer geheimnis");
        let words = || "`Bearer geheimnis` is no value".to_owned();
        let reason = EngineReason {
            url: "https://api.example".to_owned(),
            code: Some("InvalidValue".to_owned()),
            detail: Some(words()),
            text: words(),
        };
        let step = StepObservation {
            inconclusive: Some(words()),
            words: Some(words()),
            reasons: vec![reason],
            ..StepObservation::default()
        };
        let row = RowObservation { steps: vec![step], unheard: Some(words()) };
        let told = format!("{:?}", row.without_secrets(&secrets));
        assert!(!told.contains("geheimnis"), "{told}");
        assert_eq!(told.matches("`Bearer <9 bytes>` is no value").count(), 5, "{told}");
    }
}
