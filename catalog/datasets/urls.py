"""Addresses of the room: step 2 of a registration."""

from django.urls import path

from catalog.datasets import views

urlpatterns = [
    path("<slug:number>/2/", views.FileStep.as_view(), name="file-step"),
    path("<slug:number>/file/", views.FileUpload.as_view(), name="file-upload"),
    path("<slug:number>/file/wait/", views.FileWait.as_view(), name="file-wait"),
    path("<slug:number>/file/retry/", views.FileRetry.as_view(), name="file-retry"),
    path("<slug:number>/file/remove/", views.FileRemove.as_view(), name="file-remove"),
    path("<slug:number>/file/reading/", views.ReadingConfirm.as_view(), name="reading-confirm"),
    path("<slug:number>/file/reading/correct/", views.ReadingCorrect.as_view(), name="reading-correct"),
    path("<slug:number>/file/dictionary/", views.DictionaryEdit.as_view(), name="dictionary-edit"),
    path("<slug:number>/file/dictionary/csv/", views.DictionaryExport.as_view(), name="dictionary-export"),
    path("<slug:number>/file/dictionary/import/", views.DictionaryImport.as_view(), name="dictionary-import"),
    path("<slug:number>/file/preview/", views.PreviewChoose.as_view(), name="preview-choose"),
]
