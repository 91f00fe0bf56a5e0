"""The engines behind the document, cache and file ports.

``open_engines`` chooses one by its URL. Embedded: ``sqlite_documents``, ``sqlite_cache`` (both on ``sqlite_engine``)
and ``folder_files``. Servers: ``mongo_documents``, ``mongo_files``, ``redis_cache``. What a search may say and what a
document may hold is the same for every engine: ``conditions`` and ``document_rules``. ``change`` is the one way to
change a stored document.
"""
