"""The fake Slack gives what a manifest asks for, and no more."""

from bot.playground.manifest import Command, Manifest, Shortcut, our_manifest, read_manifest

TEXT = """
features:
  app_home:
    home_tab_enabled: true
  slash_commands:
    - command: /tape
      description: Ask Tape
      usage_hint: who gains?
      should_escape: true
  shortcuts:
    - name: Analyse this
      type: message
      callback_id: analyse
      description: Read the article
  unfurl_domains: [news.example]
oauth_config:
  scopes:
    bot: [chat:write]
    bot_optional: [users:read]
settings:
  event_subscriptions:
    bot_events: [app_mention, message.im]
  interactivity:
    is_enabled: true
"""


def test_what_a_manifest_asks_for_is_read() -> None:
    assert read_manifest(TEXT) == Manifest(
        frozenset({"chat:write", "users:read"}),
        frozenset({"app_mention", "message.im"}),
        (Command("/tape", "Ask Tape", "who gains?", escaped=True),),
        (Shortcut("analyse", "Analyse this", "message"),),
        ("news.example",),
    )


def test_a_bare_manifest_asks_for_nothing() -> None:
    bare = "features: {}\noauth_config:\n  scopes:\nsettings:\n  org_deploy_enabled: false\n"
    assert read_manifest(bare) == Manifest(home=False, interactive=False)


def test_the_manifest_that_ships_is_the_one_that_slack_gets() -> None:
    assert {"chat:write", "im:history"} <= our_manifest().scopes
    assert {"app_mention", "message.im"} <= our_manifest().events
