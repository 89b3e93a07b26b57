"""What happens on the clock and to subscriptions. Imports retrieval, never bot."""
