"""Portal 客户门户: server-rendered pages that work without log-in and without JavaScript."""
