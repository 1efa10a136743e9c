"""Platform descriptions: launch floors measured or published."""
