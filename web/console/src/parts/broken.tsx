import { Button } from "antd";
import { Component } from "react";
import { t } from "@i18n/words";

const TRIED = "gongdan.reloaded";
/** After an upgrade the parts of the old page are gone from the server: read the page anew, once. What was typed is kept as drafts. */
export function renewAfterUpgrade(): void {
  window.addEventListener("vite:preloadError", (event) => {
    if (Date.now() - Number(sessionStorage.getItem(TRIED) ?? 0) < 10_000) return;
    event.preventDefault();
    sessionStorage.setItem(TRIED, String(Date.now()));
    location.reload();
  });
}

/** A fault of one page leaves the frame standing and says what to do. */
export class Broken extends Component<{ children: React.ReactNode; at: string }, { at?: string; words?: string }> {
  override state: { at?: string; words?: string } = {};
  override componentDidCatch(error: Error) {
    this.setState({ at: this.props.at, words: error.message });
  }
  static getDerivedStateFromError(error: Error) {
    return { words: error.message };
  }
  override render() {
    if (this.state.words === undefined || (this.state.at !== undefined && this.state.at !== this.props.at)) return this.props.children;
    return (
      <div className="panel empty" role="alert">
        <strong>{t("broken")}</strong>
        <p>{this.state.words}</p>
        <Button onClick={() => location.reload()}>{t("retry")}</Button>
      </div>
    );
  }
}
