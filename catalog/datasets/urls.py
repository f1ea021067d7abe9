"""Addresses of the room: step 2 of a registration."""

from django.urls import path

from catalog.datasets import column_views, views

urlpatterns = [
    path("<slug:number>/2/", views.FileStep.as_view(), name="file-step"),
    path("<slug:number>/file/", views.FileUpload.as_view(), name="file-upload"),
    path("<slug:number>/file/wait/", views.FileWait.as_view(), name="file-wait"),
    path("<slug:number>/file/retry/", views.FileRetry.as_view(), name="file-retry"),
    path("<slug:number>/file/remove/", views.FileRemove.as_view(), name="file-remove"),
    path("<slug:number>/file/reading/", views.ReadingConfirm.as_view(), name="reading-confirm"),
    path("<slug:number>/file/reading/correct/", views.ReadingCorrect.as_view(), name="reading-correct"),
    path("<slug:number>/file/dictionary/", column_views.DictionaryEdit.as_view(), name="dictionary-edit"),
    path("<slug:number>/file/dictionary/csv/", column_views.DictionaryExport.as_view(), name="dictionary-export"),
    path("<slug:number>/file/dictionary/import/", column_views.DictionaryImport.as_view(), name="dictionary-import"),
    path("<slug:number>/file/preview/", column_views.PreviewChoose.as_view(), name="preview-choose"),
]
