//! Removes secrets from the messages of engines and drivers.

use super::{Asked, EngineReason, RowObservation, StepObservation};
use crate::secrets::Secrets;

impl RowObservation {
    /// The same without secrets. A message of an engine or driver may quote a value that the case sent.
    #[must_use]
    pub fn without_secrets(mut self, secrets: &Secrets) -> Self {
        hide(secrets, &mut self.reasons_unavailable);
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
        self.hide_variables(secrets);
    }

    /// Hides values from the environment where a case can put nothing else that is secret.
    fn hide_variables(&mut self, secrets: &Secrets) {
        if !secrets.has_variables() {
            return;
        }
        let preflights = self.preflights.iter_mut().map(|one| (&mut one.url, &mut one.answer));
        let requests = self.requests.iter_mut().map(|one| (&mut one.url, &mut one.answer));
        let mut texts = vec![&mut self.step, &mut self.url];
        for (url, answer) in preflights.chain(requests) {
            texts.push(url);
            texts.extend(answer.headers.iter_mut().map(|(_, value)| value));
            texts.extend(&mut answer.redirects_to);
        }
        for unforeseen in &mut self.unforeseen {
            texts.push(&mut unforeseen.words);
            if let Asked::Request { url, .. } = &mut unforeseen.asked {
                texts.push(url);
            }
        }
        texts.extend(self.response.iter_mut().filter_map(|response| response.body.as_mut()));
        texts.into_iter().for_each(|text| *text = secrets.variables_hidden_in(text));
    }
}

impl EngineReason {
    fn hide(&mut self, secrets: &Secrets) {
        hide(secrets, &mut self.detail);
        self.text = secrets.hidden_in(&self.text);
        self.url = secrets.variables_hidden_in(&self.url);
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
        let row = RowObservation { steps: vec![step], reasons_unavailable: Some(words()) };
        let shown = format!("{:?}", row.without_secrets(&secrets));
        assert!(!shown.contains("geheimnis"), "{shown}");
        assert_eq!(shown.matches("`Bearer <9 bytes>` is no value").count(), 5, "{shown}");
    }
}
